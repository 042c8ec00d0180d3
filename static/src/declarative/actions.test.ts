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
    stateChanged: vi.fn<NonNullable<ActionHost['stateChanged']>>(),
    confirm: vi.fn<NonNullable<ActionHost['confirm']>>(async () => true),
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
    ['a message', { message: 'Hello Alice from Paris!' }, undefined, [['success', 'Hello Alice from Paris!']]],
    ['a text', 'Done', undefined, [['success', 'Done']]],
    ['nothing in words', { id: 'm_42', message: { deep: true } }, undefined, []],
    ['an empty text', ' ', undefined, []],
    ['a very long text', 'x'.repeat(1_000), undefined, [['success', `${'x'.repeat(300)}…`]]],
    ['a message the tree goes on with', { message: 'Hello' }, { action: 'close' }, []],
  ])('says what a tool says: %s', async (_, data, next, said) => {
    const actions = host({ action: 'tool_result', result: { success: true, data } });
    await run({ action: 'tool', tool: 'greet', ...(next ? { on_success: next } : {}) }, actions);
    expect(actions.toast.mock.calls).toEqual(said);
  });

  it('leaves the answer of a route to the tree', async () => {
    const actions = host({ action: 'http_result', status: 200, result: { success: true, data: { message: 'Hello' } } });
    await run({ action: 'http', url: '/x' }, actions);
    expect(actions.toast).not.toHaveBeenCalled();
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

  it('sends everything that one click does under keys of its own, each click under new ones', async () => {
    const actions = host();
    const widget = mount(actions);
    const tool = { action: 'tool', tool: 'x' };
    const action = { action: 'sequence', actions: [tool, { ...tool, on_success: { action: 'confirm', confirm_action: tool } }, { action: 'sequence', actions: [tool] }] };
    await widget.act(action);
    const keys = actions.run.mock.calls.map(([request]) => request.idempotency_key);
    const [click] = keys[0]!.split('.');
    expect(click).toMatch(/^[0-9a-f]{32}$/);
    expect(keys.map((key) => key.replace(click!, ''))).toEqual(['.0', '.1', '.1.ok.yes', '.2.0']);
    await widget.act(action);
    expect(actions.run.mock.calls[4]![0].idempotency_key).not.toContain(click);
  });

  it('tells on_error message, code and the arguments at fault, of a refusal of the server or the tool', async () => {
    const errors = [{ path: 'args.topic', message: 'Too short' }];
    const say = { action: 'alert', kind: 'error', text: '{{error.message}} {{error.code}} {{error.errors.0.path}}' };
    const refused = host(Object.assign(new Error('Not valid'), { code: 'VALIDATION', errors }));
    const outcome = await run({ action: 'tool', tool: 'x', on_error: say }, refused);
    expect(refused.toast).toHaveBeenCalledWith('error', 'Not valid VALIDATION args.topic', undefined);
    expect(outcome.error).toEqual({ message: 'Not valid', code: 'VALIDATION', errors });
    const failed = host({ action: 'tool_result', result: { success: false, error: { message: 'Not valid', code: 'VALIDATION', errors } } });
    expect((await run({ action: 'tool', tool: 'x', on_error: say }, failed)).error).toEqual({ message: 'Not valid', code: 'VALIDATION', errors });
    expect((await run({ action: 'tool', tool: 'x' }, host({ action: 'tool_result', result: { success: false } }))).error).toEqual({ message: 'The action failed.' });
  });

  it('goes on with the answer of a route', async () => {
    const actions = host({ action: 'http_result', status: 201, result: { success: true, data: { id: 9 } } });
    const outcome = await run({ action: 'http', url: '/x', on_success: { action: 'chat', template: 'Made {{result.id}}' } }, actions);
    expect(actions.chat).toHaveBeenCalledWith('Made 9', true);
    expect(outcome).toEqual({ ok: true, result: { id: 9 } });
  });

  it('fails when what follows a success fails', async () => {
    const actions = host();
    const outcome = await run({ action: 'tool', tool: 'x', on_success: { action: 'open_url', url: 'javascript:x' } }, actions);
    expect(outcome.ok).toBe(false);
    expect(actions.toast).toHaveBeenCalledTimes(1);
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

  it('set_state goes back, and says so, where the session refuses it; what changed meanwhile stays', async () => {
    const actions = host();
    const widget = mount(actions);
    actions.stateChanged.mockImplementationOnce(() => Promise.reject(new Error('Too large')));
    const outcome = await widget.act({ action: 'set_state', set: { n: 5, 'picked.toggle': 7 } });
    expect(outcome.ok).toBe(false);
    expect(widget.store.get(['state'])).toMatchObject({ n: 1 });
    expect(widget.store.get(['state', 'picked'])).toBeUndefined();
    expect(actions.toast).toHaveBeenCalledWith('error', 'Too large');
    actions.stateChanged.mockImplementationOnce(async () => {
      widget.store.set(['state', 'n'], 9);
      throw new Error('Too late');
    });
    await widget.act({ action: 'set_state', set: { n: 5 } });
    expect(widget.store.get(['state', 'n'])).toBe(9);
  });

  it('refresh without names means all bindings', async () => {
    const widget = mount(host());
    const refresh = vi.spyOn(widget, 'refresh');
    await widget.act({ action: 'refresh' });
    await widget.act({ action: 'refresh', bindings: ['sources'] });
    expect(refresh.mock.calls).toEqual([[undefined], [['sources']]]);
  });

  it('alert has a kind, a heading and a time', async () => {
    const actions = host();
    await run({ action: 'alert', kind: 'warning', title: 'Careful', text: 'Tab {{ctx.tab}}', duration: 9 }, actions);
    await run({ action: 'alert', kind: 'nonsense', text: 'x' }, actions);
    expect(actions.toast.mock.calls).toEqual([['warning', 'Careful: Tab b', 9], ['info', 'x', undefined]]);
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

  it('a sequence that says what failed says it once', async () => {
    const actions = host(new Error('Taken'));
    const tool = { action: 'tool', tool: 'x' };
    await run({ action: 'sequence', actions: [{ action: 'sequence', actions: [tool] }], on_error: { action: 'alert', kind: 'error', text: '{{error.message}}' } }, actions);
    expect(actions.toast.mock.calls).toEqual([['error', 'Taken', undefined]]);
    await run({ action: 'sequence', actions: [tool] }, actions);
    expect(actions.toast.mock.calls.at(-1)).toEqual(['error', 'Taken']);
  });

  it('questions can follow questions', async () => {
    const actions = host();
    const ask = (title: string, confirm_action: Action): Action => ({ action: 'confirm', title, confirm_action });
    await run(ask('One', ask('Two', { action: 'chat', template: 'yes' })), actions);
    expect(actions.confirm.mock.calls.map(([{ title }]) => title)).toEqual(['One', 'Two']);
    expect(actions.chat).toHaveBeenCalledOnce();
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
