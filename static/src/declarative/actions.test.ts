/** Declarative: every action, on the way to the server and in the page. */
import { describe, expect, it, vi } from 'vitest';
import type { Outcome } from './actions.ts';
import type { ActionEffect, ActionHost } from './hosts.ts';
import { Mount } from './mount.ts';
import type { Action } from './tree.ts';

function host(answer: ActionEffect | Error = { action: 'tool_result', result: { success: true, data: { id: 'm_42' } } }) {
  return {
    run: vi.fn<NonNullable<ActionHost['run']>>(async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    }),
    chat: vi.fn(),
    toast: vi.fn(),
    openUrl: vi.fn(),
    openModal: vi.fn(),
    openWorkspace: vi.fn(),
    close: vi.fn(),
    navigate: vi.fn(),
    copy: vi.fn(async () => undefined),
    stateChanged: vi.fn(),
    confirm: vi.fn(async () => true),
  } satisfies ActionHost;
}

function mount(actionHost: ActionHost): Mount {
  return new Mount({ widgetId: 'w', tree: { type: 'form' }, ctx: { id: 7, tab: 'b' }, state: { n: 1 }, sessionId: 's' }, actionHost);
}

async function run(action: Action, actionHost: ActionHost = host()): Promise<Outcome> {
  return mount(actionHost).act(action);
}

describe('on the server', () => {
  it('test_it_works', async () => {
    const actions = host();
    const widget = mount(actions);
    widget.store.patch({ 'forms.form.values.topic': 'Q3' });
    const outcome = await widget.act({ action: 'tool', tool: 'create', args: { id: '{{ctx.id}}', topic: '{{form.topic}}' } }, widget.scope, 'submit');
    expect(outcome).toEqual({ ok: true, result: { id: 'm_42' } });
    expect(actions.run.mock.calls[0]![0]).toMatchObject({
      widget_id: 'w',
      action_id: 'submit',
      type: 'tool',
      payload: { tool: 'create', args: { id: 7, topic: 'Q3' } },
      form: { topic: 'Q3' },
      state: { n: 1 },
      session_id: 's',
    });
    expect(actions.run.mock.calls[0]![0].idempotency_key).toMatch(/^[0-9a-f]{32}$/);
  });

  it('http sends its parts', async () => {
    const actions = host();
    await run({ action: 'http', url: '/x/{{ctx.id}}', method: 'PUT', body: { a: '{{state.n}}' }, id: 'save' }, actions);
    expect(actions.run.mock.calls[0]![0]).toMatchObject({ action_id: 'save', type: 'http', payload: { url: '/x/7', method: 'PUT', body: { a: 1 } } });
  });

  it('goes on with the result', async () => {
    const actions = host();
    await run({ action: 'tool', tool: 'x', on_success: { action: 'chat', template: 'Made {{result.id}}' } }, actions);
    expect(actions.chat).toHaveBeenCalledWith('Made m_42', true);
  });

  it.each([
    ['a refusal of the tool', { action: 'tool_result', result: { success: false, error: 'Taken' } } as ActionEffect],
    ['a refusal of the server', new Error('Taken')],
  ])('takes %s for a failure, with its reason', async (_, answer) => {
    const actions = host(answer);
    const outcome = await run({ action: 'tool', tool: 'x', on_error: { action: 'alert', kind: 'error', text: 'No: {{error.message}}' } }, actions);
    expect(outcome).toMatchObject({ ok: false, error: { message: 'Taken' } });
    expect(actions.toast.mock.calls).toEqual([['error', 'No: Taken', undefined]]);
  });

  it('never fails silently', async () => {
    const actions = host(new Error('Taken'));
    await run({ action: 'tool', tool: 'x' }, actions);
    expect(actions.toast).toHaveBeenCalledWith('error', 'Taken');
  });
});

describe('in the page', () => {
  it('evaluates what it hands over', async () => {
    const actions = host();
    await run({ action: 'open_modal', modal: 'order', ctx: { order: '{{ctx}}' } }, actions);
    await run({ action: 'open_workspace', tab: '{{ctx.tab}}' }, actions);
    await run({ action: 'navigate', app: 'crm', tab: '{{ctx.tab}}' }, actions);
    await run({ action: 'close' }, actions);
    await run({ action: 'chat', template: 'Use {{ctx.id}}', send: false }, actions);
    expect(actions.openModal).toHaveBeenCalledWith('order', { order: { id: 7, tab: 'b' } });
    expect(actions.openWorkspace).toHaveBeenCalledWith('b', {});
    expect(actions.navigate).toHaveBeenCalledWith({ app: 'crm', tab: 'b', ctx: {} });
    expect(actions.close).toHaveBeenCalledWith(undefined);
    expect(actions.chat).toHaveBeenCalledWith('Use 7', false);
  });

  it('set_state changes the state here and tells the session', async () => {
    const actions = host();
    const widget = mount(actions);
    await widget.act({ action: 'set_state', set: { 'picked.toggle': '{{ctx.id}}' } });
    expect(widget.store.get(['state'])).toEqual({ n: 1, picked: [7] });
    expect(actions.stateChanged.mock.calls[0]![0]).toEqual({ 'picked.toggle': 7 });
  });

  it('copy says that it is done', async () => {
    const actions = host();
    await run({ action: 'copy', text: '{{ctx.id}}' }, actions);
    expect(actions.copy).toHaveBeenCalledWith('7');
    expect(actions.toast).toHaveBeenCalledWith('success', 'Copied');
  });

  it.each([
    { action: 'open_url', url: 'javascript:alert(1)' },
    { action: 'open_url', url: '//evil.example' },
    { action: 'navigate', to: 'https://evil.example' },
    { action: 'download', url: 'https://evil.example/x' },
  ])('$action does not go to $url$to', async (action) => {
    const actions = host();
    expect((await run(action, actions)).ok).toBe(false);
    expect(actions.openUrl).not.toHaveBeenCalled();
    expect(actions.navigate).not.toHaveBeenCalled();
  });

  it('confirm does the action only when the person agrees', async () => {
    const actions = host();
    const action = { action: 'confirm', title: 'Delete {{ctx.id}}', confirm_action: { action: 'chat', template: 'yes' }, cancel_action: { action: 'chat', template: 'no' } };
    await run(action, actions);
    actions.confirm.mockResolvedValueOnce(false);
    await run(action, actions);
    expect(actions.confirm).toHaveBeenCalledWith({ title: 'Delete 7', confirmLabel: 'Confirm', cancelLabel: 'Cancel', destructive: false });
    expect(actions.chat.mock.calls.map(([message]) => message)).toEqual(['yes', 'no']);
  });

  it('sequence goes on with what the earlier ones changed, and ends at the first failure', async () => {
    const actions = host(new Error('Taken'));
    const steps = [
      { action: 'set_state', set: { n: 5 } },
      { action: 'chat', template: 'n is {{state.n}}' },
      { action: 'tool', tool: 'x', on_error: { action: 'close' } },
      { action: 'chat', template: 'never' },
    ];
    const outcome = await run({ action: 'sequence', actions: steps, on_error: { action: 'alert', text: 'Stopped: {{error.message}}' } }, actions);
    expect(outcome.ok).toBe(false);
    expect(actions.chat.mock.calls).toEqual([['n is 5', true]]);
    expect(actions.toast).toHaveBeenCalledWith('info', 'Stopped: Taken', undefined);
  });
});

describe('what cannot be done', () => {
  it('is said', async () => {
    const toast = vi.fn();
    await run({ action: 'teleport' }, { toast });
    await run({ action: 'constructor' }, { toast });
    await run({ action: 'open_modal', modal: 'x' }, { toast });
    expect(toast.mock.calls.map(([, text]) => text)).toEqual([
      'This version does not know the action teleport.',
      'This version does not know the action constructor.',
      'The action open_modal is not possible here.',
    ]);
  });

  it('is a nesting without end', async () => {
    let action: Action = { action: 'chat', template: 'deep' };
    for (let depth = 0; depth < 30; depth += 1) action = { action: 'sequence', actions: [action] };
    const actions = host();
    expect((await run(action, actions)).ok).toBe(false);
    expect(actions.chat).not.toHaveBeenCalled();
  });
});
