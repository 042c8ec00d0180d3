import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api.ts';
import type { StreamListener } from '../live/client.ts';
import { GrantList, counts } from './grants.ts';
import type { Grant, grantsServer } from './grants.ts';

const grant = (over: Partial<Grant> = {}): Grant => ({
  instance_id: 'i1',
  permission: 'write:notes',
  level: 'always',
  expires_at: null,
  created_at: '2026-01-01T00:00:00Z',
  current: true,
  widget: { id: 'w1', name: 'Notes', source: 'widgets.example.com' },
  panel: { panel_id: 'notes-a', title: 'Notes A', workspace_id: 's1', workspace: 'Team' },
  ...over,
});
const CHAT = grant({ permission: 'write:chat', created_at: '2026-01-02T00:00:00Z' });

let listener: StreamListener | undefined;
let server: { [name in keyof typeof grantsServer]: ReturnType<typeof vi.fn> };
let changes: number;

const tell = (event: string, data: unknown): void => listener!.event!({ type: 'event', stream: 'user:me', number: 1, event, data });
const snapshot = (): void => listener!.snapshot!({ type: 'snapshot', stream: 'user:me', number: 1, data: {} });
const permissions = (list: GrantList): string[] => list.grants.map(({ permission }) => permission);

function made(instanceId?: string): GrantList {
  const follow = (_: string, heard: StreamListener): (() => void) => {
    listener = heard;
    return () => (listener = undefined);
  };
  const list = new GrantList('me', instanceId, server as unknown as typeof grantsServer, follow);
  list.addEventListener('change', () => (changes += 1));
  return list;
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-03T00:00:00Z') });
  changes = 0;
  server = { list: vi.fn().mockResolvedValue([grant(), CHAT]), give: vi.fn(async (given: Grant) => given), revoke: vi.fn().mockResolvedValue({}) };
});
afterEach(() => vi.useRealTimers());

describe('GrantList', () => {
  it('works: reads, and follows the reader’s stream', async () => {
    const list = made();
    await list.start();
    expect([list.state, permissions(list)]).toEqual(['ready', ['write:chat', 'write:notes']]);
    tell('grant.put', { grant: grant({ permission: 'write:workspace', created_at: '2026-01-02T12:00:00Z' }) });
    expect(permissions(list)).toEqual(['write:workspace', 'write:chat', 'write:notes']);
    tell('grant.removed', { instance_id: 'i1', permission: 'write:chat' });
    expect(permissions(list)).toEqual(['write:workspace', 'write:notes']);
    const before = changes;
    tell('widget.put', { widget: {} });
    tell('grant.removed', { instance_id: 'i1', permission: 'write:chat' });
    expect(changes).toBe(before);
    list.stop();
    expect(listener).toBeUndefined();
  });

  it('of one place hears of that place alone', async () => {
    const list = made('i1');
    await list.start();
    tell('grant.put', { grant: grant({ instance_id: 'i2', permission: 'write:workspace' }) });
    expect(permissions(list)).not.toContain('write:workspace');
    expect(list.of('write:notes')?.level).toBe('always');
    expect(server.list).toHaveBeenCalledWith('i1');
  });

  it('lays over an answer what happened while it came', async () => {
    let answer = (_: Grant[]): void => undefined;
    server.list.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    const list = made();
    const started = list.start();
    tell('grant.removed', { instance_id: 'i1', permission: 'write:chat' });
    answer([grant(), CHAT]);
    await started;
    expect(permissions(list)).toEqual(['write:notes']);
  });

  it('reads again when something may have been missed, also while it reads', async () => {
    const list = made();
    const started = list.start();
    server.list.mockResolvedValue([CHAT]);
    snapshot();
    await started;
    expect(permissions(list)).toEqual(['write:chat']);
    expect(server.list).toHaveBeenCalledTimes(2);
  });

  it('keeps what it knows when a later reading fails, and says so of a first', async () => {
    const list = made();
    await list.start();
    server.list.mockRejectedValue(new ApiError('NETWORK', 'Away.', 0));
    await list.load();
    expect([list.state, list.grants.length]).toEqual(['ready', 2]);
    const other = made();
    await other.start();
    expect([other.state, other.failure]).toEqual(['failed', 'Away.']);
  });

  it('takes back at once, and puts back what the server refuses', async () => {
    const list = made();
    await list.start();
    server.revoke.mockImplementation(async ({ permission }: Grant) => {
      if (permission === 'write:chat') throw new ApiError('NETWORK', 'Away.', 0);
    });
    const revoked = list.revoke(list.grants);
    expect(list.grants).toEqual([]);
    await expect(revoked).rejects.toThrow('Away.');
    expect(permissions(list)).toEqual(['write:chat']);
  });

  it('takes for done what somebody else has taken back', async () => {
    const list = made();
    await list.start();
    server.revoke.mockRejectedValue(new ApiError('NOT_FOUND', 'No.', 404));
    await list.revoke(list.grants);
    expect(list.grants).toEqual([]);
  });

  it('gives again only what still counted', async () => {
    const list = made();
    await list.start();
    const former = grant({ current: false });
    const ended = grant({ permission: 'write:workspace', expires_at: '2026-01-02T23:59:59Z' });
    const forOneCall = grant({ permission: 'write:workspace', level: 'once', expires_at: '2026-01-03T00:00:59Z' });
    await list.revoke([former, CHAT]);
    await list.restore([former, ended, forOneCall, CHAT]);
    expect(server.give.mock.calls).toEqual([[CHAT]]);
    expect(permissions(list)).toEqual(['write:chat']);
  });

  it('tells when an answer ends by itself', async () => {
    const once = grant({ level: 'once', expires_at: '2026-01-03T00:01:00Z' });
    server.list.mockResolvedValue([once]);
    const list = made();
    await list.start();
    const before = changes;
    expect(counts(once)).toBe(true);
    await vi.advanceTimersByTimeAsync(60_100);
    expect([counts(once), changes]).toEqual([false, before + 1]);
    list.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
