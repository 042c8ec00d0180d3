import { describe, expect, test, vi } from 'vitest';
import type { AgentClient } from './client.ts';
import { Cancelled, Disconnected, Expired, NotAuthorized, Refused, Replaced } from './errors.ts';
import { decodePayload, encodePayload } from './payload.ts';
import { ScriptedGateway, answer, message, payload } from './testing.ts';

const TALK = { conversationId: 'talk', to: 'alice' };

/** A client that hears nothing, connected. */
function quiet(gateway: ScriptedGateway): AgentClient {
  const client = gateway.client();
  client.onMessage(() => undefined);
  void client.connect().catch(() => undefined);
  return client;
}

test('it works', async () => {
  const gateway = new ScriptedGateway();
  const client = gateway.client();
  client.onMessage((heard, agent) => agent.reply(heard, `You said: ${heard.text}`));
  const connecting = client.connect();
  const sent = message('hällo 🌍');
  await gateway.say(sent);
  const reply = await gateway.received();
  expect(payload(reply)).toBe('You said: hällo 🌍');
  expect(reply).toMatchObject({ to: 'alice', conversation_id: 'talk', reply_to_message_id: sent['id'], encrypted: false });
  expect(await gateway.received()).toEqual({
    type: 'ACK_READ',
    to: 'alice',
    message_id: sent['id'],
    conversation_id: 'talk',
  });
  client.close();
  await connecting;
  expect(gateway.urls).toEqual(['ws://gateway.test/ws/agent?token=to%2Fken&acks=1']);
});

test('long texts survive', () => {
  const text = '🌍'.repeat(200_000);
  expect(decodePayload(encodePayload(text))).toBe(text);
});

test('a text that looks like JSON stays a text', async () => {
  const gateway = new ScriptedGateway();
  const client = quiet(gateway);
  await client.sendMessage({ ...TALK, text: '{"type":"widget.standard"}' });
  expect(payload(await gateway.received())).toEqual({ kind: 'chat.message', text: '{"type":"widget.standard"}' });
});

test('a message that was not taken is sent again under the same id', async () => {
  const gateway = new ScriptedGateway();
  gateway.acknowledges = false;
  const client = quiet(gateway);
  const sending = client.sendMessage({ ...TALK, text: 'once' });
  const first = await gateway.received();
  gateway.acknowledges = true;
  gateway.drop();
  expect(await gateway.received()).toEqual(first);
  expect(await sending).toBe(first['id']);
});

test('a server that fell silent is left for a new connection', async () => {
  vi.useFakeTimers();
  try {
    const gateway = new ScriptedGateway();
    quiet(gateway);
    await gateway.say({ type: 'PING' });
    await vi.advanceTimersByTimeAsync(50_000);
    await gateway.say({ type: 'PING' });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(gateway.urls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(gateway.urls).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

test('what is sent too fast is sent again when the server takes it', async () => {
  const gateway = new ScriptedGateway();
  gateway.acknowledges = false;
  const client = quiet(gateway);
  const sending = client.sendMessage({ ...TALK, text: 'one of many' });
  const frame = await gateway.received();
  gateway.acknowledges = true;
  await gateway.say({ type: 'ERROR', id: frame['id'], code: 'RATE_LIMITED', message: 'slower', retry_after: 0.001 });
  expect(await gateway.received()).toEqual(frame);
  expect(await sending).toBe(frame['id']);
});

test('a refusal is thrown where it was caused', async () => {
  const gateway = new ScriptedGateway();
  gateway.acknowledges = false;
  const sending = quiet(gateway).sendConfirmWidget({ ...TALK, title: '' });
  const { id } = await gateway.received();
  void gateway.say({ type: 'ERROR', id, code: 'INVALID', message: 'required', path: 'spec.title' });
  await expect(sending).rejects.toMatchObject({ code: 'INVALID', message: 'required', path: 'spec.title' });
  await expect(sending).rejects.toBeInstanceOf(Refused);
});

describe('messages', () => {
  test('are handled once and acknowledged each time', async () => {
    const gateway = new ScriptedGateway();
    const heard: string[] = [];
    const client = gateway.client();
    client.onMessage(({ text }) => void heard.push(text));
    void client.connect();
    const sent = message('once');
    await gateway.say(sent);
    expect(await gateway.received()).toMatchObject({ type: 'ACK_READ', message_id: sent['id'] });
    gateway.drop();
    await gateway.say(sent, message('then'));
    expect(await gateway.received()).toMatchObject({ type: 'ACK_READ', message_id: sent['id'] });
    await gateway.received();
    expect(heard).toEqual(['once', 'then']);
  });

  test('whose handler still runs are not begun again, others are', async () => {
    const gateway = new ScriptedGateway();
    const begun: string[] = [];
    let goOn = (): void => undefined;
    const slowly = new Promise<void>((resolve) => (goOn = resolve));
    const client = gateway.client();
    client.onMessage(({ text }) => {
      begun.push(text);
      return text === 'slow' ? slowly : undefined;
    });
    void client.connect();
    const [slow, quick, quicker] = [message('slow'), message('quick'), message('quicker')];
    await gateway.say(slow, quick);
    expect(await gateway.received()).toMatchObject({ message_id: quick['id'] });
    gateway.drop();
    await gateway.say(slow, quicker);
    expect(await gateway.received()).toMatchObject({ message_id: quicker['id'] });
    goOn();
    expect(await gateway.received()).toMatchObject({ message_id: slow['id'] });
    expect(begun).toEqual(['slow', 'quick', 'quicker']);
  });

  test('whose handler fails are tried again and given up', async () => {
    const gateway = new ScriptedGateway();
    const tries: string[] = [];
    const client = gateway.client({ attempts: 2 });
    client.onMessage(({ text }) => {
      tries.push(text);
      if (text === 'poison' || tries.length === 1) throw new Error('cannot');
    });
    void client.connect();
    await gateway.say(message('once more'));
    await gateway.received();
    await gateway.say(message('poison'));
    await gateway.received();
    expect(tries).toEqual(['once more', 'once more', 'poison', 'poison']);
    expect(gateway.logged.join('\n')).toContain('which is given up');
  });

  test('that cannot be read are skipped', async () => {
    const gateway = new ScriptedGateway();
    quiet(gateway);
    const good = message('good');
    await gateway.say('{', {}, { type: 'NEWS' }, message('x', { encrypted: true }), message('x', { from: '' }), good);
    expect(await gateway.received()).toMatchObject({ message_id: good['id'] });
  });
});

describe('questions', () => {
  test('get their answers; what nobody waits for goes to the handler', async () => {
    const gateway = new ScriptedGateway();
    const said: unknown[] = [];
    const client = gateway.client();
    client.onMessage(async (heard, agent) => {
      if (heard.widgetResponse) said.push([heard.widgetResponse.ref, heard.widgetResponse.value]);
      else said.push(await agent.askConfirm({ ...heard.place, id: 'sure', title: 'Sure?' }));
    });
    void client.connect();
    await gateway.say(message('go'));
    expect(payload(await gateway.received())).toEqual({
      type: 'widget.standard',
      id: 'sure',
      v: 1,
      kind: 'confirm',
      spec: { title: 'Sure?' },
    });
    await gateway.say(answer('sure', 1, { conversation_id: 'elsewhere' }), answer('sure', true));
    for (let left = 3; left > 0; left -= 1) expect(await gateway.received()).toMatchObject({ type: 'ACK_READ' });
    expect(said).toHaveLength(2);
    expect(said).toEqual(expect.arrayContaining([true, ['sure', 1]]));
  });

  test('end without an answer', async () => {
    const gateway = new ScriptedGateway();
    const client = quiet(gateway);
    const asking = client.askChoice({ ...TALK, id: 'which', title: '?', options: [{ id: 'a', label: 'A' }] });
    await gateway.received();
    const cancel = { type: 'widget.response', id: 'r', ref: 'which', cancelled: true };
    void gateway.say(message(JSON.stringify(cancel)));
    await expect(asking).rejects.toBeInstanceOf(Cancelled);
    vi.useFakeTimers();
    const expired = expect(client.askConfirm({ ...TALK, title: '?', timeout: 0 })).rejects.toBeInstanceOf(Expired);
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    await expired;
    const [first, second] = ['first', 'second'].map((title) => client.askConfirm({ ...TALK, id: 'sure', title }));
    await expect(first).rejects.toBeInstanceOf(Cancelled);
    client.close();
    await expect(second).rejects.toBeInstanceOf(Disconnected);
  });

  test('that come too late have expired', async () => {
    const gateway = new ScriptedGateway();
    gateway.acknowledges = false;
    const asking = quiet(gateway).askConfirm({ ...TALK, title: '?', timeout: 60_000 });
    const { id } = await gateway.received();
    void gateway.say({ type: 'ERROR', id, code: 'INVALID_SPEC', message: 'past', path: 'expires_at' });
    await expect(asking).rejects.toBeInstanceOf(Expired);
  });

  test('however many wait, answers find room', async () => {
    const gateway = new ScriptedGateway();
    const done: boolean[] = [];
    const client = gateway.client();
    client.onMessage(async (heard, agent) => {
      done.push(await agent.askConfirm({ ...heard.place, id: 'sure', title: 'Sure?' }));
    });
    void client.connect();
    const talks = Array.from({ length: 18 }, (_, number) => `talk ${number}`);
    await gateway.say(...talks.map((talk) => message('go', { conversation_id: talk })));
    const frames = [];
    for (let left = 18 + 2; left > 0; left -= 1) frames.push(await gateway.received());
    const early = frames.filter(({ type }) => type === 'ACK_READ').map((frame) => frame['conversation_id']);
    expect(early).toEqual(talks.slice(0, 2));
    await gateway.say(...talks.map((talk) => answer('sure', true, { conversation_id: talk })));
    for (let left = 18 + 16; left > 0; left -= 1) await gateway.received();
    expect(done).toEqual(talks.map(() => true));
  });

  test('progress moves and is cancelled', async () => {
    const gateway = new ScriptedGateway();
    const client = quiet(gateway);
    const widget = { ...TALK, id: 'build', title: 'Building', cancellable: true };
    const working = client.progress(widget, async (progress) => {
      await progress.update({ value: 50, body: 'Half' });
      expect(payload(await gateway.received())).toMatchObject({ kind: 'progress', spec: { value: 0 } });
      expect(payload(await gateway.received())).toMatchObject({
        type: 'widget.update',
        ref: 'build',
        patch: { spec: { value: 50, body: 'Half' } },
      });
      await gateway.say(answer('build', { cancelled: true }));
      await gateway.received();
      expect(progress.cancelled).toBe(true);
      await progress.update({ value: 60 });
    });
    await expect(working).rejects.toBeInstanceOf(Cancelled);
  });
});

describe('the end', () => {
  test.each([
    [4401, NotAuthorized],
    [4409, Replaced],
  ])('%i is final, and ends what waits to be sent', async (code, error) => {
    const gateway = new ScriptedGateway();
    gateway.acknowledges = false;
    const client = gateway.client();
    client.onMessage(() => undefined);
    const connecting = client.connect();
    connecting.catch(() => undefined);
    const sending = client.sendMessage({ ...TALK, text: 'lost' });
    await gateway.received();
    gateway.drop(code, 'because');
    await expect(connecting).rejects.toBeInstanceOf(error);
    await expect(sending).rejects.toBeInstanceOf(Disconnected);
    await expect(client.sendMessage({ ...TALK, text: 'later' })).rejects.toBeInstanceOf(Disconnected);
    expect(gateway.urls).toHaveLength(1);
  });

  test('what is too large is not sent for ever', async () => {
    const gateway = new ScriptedGateway();
    gateway.acknowledges = false;
    const sending = quiet(gateway).sendMessage({ ...TALK, text: 'large' });
    await gateway.received();
    gateway.drop(1009);
    await expect(sending).rejects.toMatchObject({ code: 'TOO_LARGE' });
  });
});
