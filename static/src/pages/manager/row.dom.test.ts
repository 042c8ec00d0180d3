/** Manager: a row whose widget has a name that hides or turns letters. */
import { render } from 'lit';
import { expect, it, vi } from 'vitest';
import { ManagerRow, pluginWords } from './row.ts';
import { ScriptProblem } from './script.ts';
import type { ChatPlugin, Widget } from './server.ts';
import { ManagerStore } from './store.ts';
import type { Server } from './store.ts';

if (!customElements.get('script-problem')) customElements.define('script-problem', ScriptProblem);
if (!customElements.get('manager-row')) customElements.define('manager-row', ManagerRow);

const WIDGET = { id: 'w1', user_id: 'me', name: 'Sys\u200btem\u202e', slug: 'system', version: '1.0', manifest: {}, enabled: true, commands: [], source_type: 'file', source_ref: '', problems: [{ path: 'sandbox.entrypoint', message: 'It is gone\u202e.' }], created_at: '1', updated_at: '1' } as unknown as Widget;

it('test_it_works', async () => {
  const server = { list: vi.fn().mockResolvedValue({ widgets: [WIDGET], builtins: [] }), workspaces: vi.fn().mockResolvedValue([]), places: vi.fn().mockResolvedValue([]) };
  const store = new ManagerStore({ userId: 'me', tenantId: 'acme', role: 'member' }, server as unknown as Server);
  await store.start();
  const row = new ManagerRow();
  Object.assign(row, { store, widget: store.widget('w1') });
  document.body.innerHTML = '<main></main>';
  document.querySelector('main')!.append(row);
  await vi.waitFor(() => expect(row.querySelector('.name-button')!.textContent).toBe('Sys\\u200btem\\u202e'));
  await vi.waitFor(() => expect(row.querySelector('script-problem button')).not.toBeNull());
  const labels = [...row.querySelectorAll('*')].flatMap((one) => ['aria-label', 'title'].map((name) => one.getAttribute(name) ?? ''));
  expect([row.textContent, ...labels].join('\n')).not.toMatch(/[\u200b\u202e]/);
});

it.each<[ChatPlugin, string]>([
  [{ tier: 'tool', trigger: 'auto', tool: 'add_up' }, 'Tool of the chat: add_up'],
  [{ tier: 'connector', trigger: 'manual', tool: 'add_up' }, 'Tool that you start: add_up'],
  [{ tier: 'skill', trigger: 'always', tool: '' }, 'Skill in every conversation'],
  [{ tier: 'skill', trigger: 'auto', tool: 'rhyme' }, 'Skill that the chat uses when it decides so'],
  [{ tier: 'skill', trigger: 'manual', tool: '' }, 'Skill that you start'],
])('what a plugin is for the chat: %o', (plugin, words) => {
  const said = (enabled: boolean): string => {
    const place = document.createElement('div');
    render(pluginWords(plugin, enabled), place);
    return [...place.querySelectorAll('span')].map(({ textContent }) => textContent).join(' ');
  };
  expect(said(true)).toBe(words);
  expect(said(false)).toBe('Switched off');
});

it('a plugin without a tool has no words of its own', () => {
  expect(pluginWords({ tier: 'automation', trigger: 'auto', tool: '' }, true)).toBeUndefined();
});
