/** Tests: a widget in the page with hosts that remember what they were asked, and the accessibility check. */
import axe from 'axe-core';
import '../theme/theme.css';
import '../theme/icons.ts';
import './index.ts';
import type { ActionEffect, ActionHost, ActionRequest, DataHost } from './hosts.ts';
import type { TreeNode, WidgetDefinition } from './tree.ts';
import type { WidgetElement } from './widget.ts';

export interface Shown {
  widget: WidgetElement;
  /** What the hosts were asked, in order: method and arguments. */
  calls: [string, ...unknown[]][];
  /** Requests that reached the server. */
  requests: ActionRequest[];
  find<Element extends HTMLElement = HTMLElement>(selector: string): Element;
  texts(selector: string): string[];
  /** Resolves when everything that is to be rendered has been. */
  settled(): Promise<void>;
}

export interface Setting extends Partial<WidgetDefinition> {
  /** What the server answers to `tool` and `http`. */
  answer?: (request: ActionRequest) => ActionEffect | Promise<ActionEffect>;
  load?: DataHost['load'];
  confirm?: boolean;
  upload?: ActionHost['upload'];
}

/** Shows a tree; what was shown before goes. */
export async function show(tree: TreeNode, { answer, load, upload, confirm = true, ...definition }: Setting = {}): Promise<Shown> {
  document.body.replaceChildren();
  document.documentElement.lang = 'en';
  const calls: Shown['calls'] = [];
  const requests: ActionRequest[] = [];
  const note = (method: string) => (...args: unknown[]): void => void calls.push([method, ...args]);
  const actionHost: ActionHost = {
    run: async (request) => {
      requests.push(request);
      return (await answer?.(request)) ?? { action: 'tool_result', result: { success: true, data: {} } };
    },
    confirm: async (question) => (note('confirm')(question), confirm),
    copy: async (text) => note('copy')(text),
    ...(upload ? { upload } : {}),
  };
  for (const method of ['chat', 'toast', 'openUrl', 'openModal', 'openWorkspace', 'close', 'navigate', 'stateChanged', 'answered'] as const) {
    actionHost[method] = note(method);
  }
  const main = document.createElement('main');
  const widget = document.createElement('wm-widget');
  Object.assign(widget, { actionHost, dataHost: load && { load }, definition: { widgetId: 'w_test', tree, ...definition } });
  main.append(widget);
  document.body.append(main);
  const shown: Shown = {
    widget,
    calls,
    requests,
    find: (selector) => {
      const found = widget.querySelector<HTMLElement>(selector);
      if (!found) throw new Error(`nothing matches ${selector} in ${widget.innerHTML}`);
      return found as never;
    },
    texts: (selector) => [...widget.querySelectorAll(selector)].map((element) => element.textContent?.replace(/\s+/g, ' ').trim() ?? ''),
    settled,
  };
  await settled();
  return shown;
}

/** Two frames: elements render in microtasks, and what they contain after them. */
async function settled(): Promise<void> {
  for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Types into a field as a person does. */
export function type(field: HTMLElement, text: string): void {
  (field as HTMLInputElement).value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** Presses a key as a person does; false where something was done about it. */
export function press(element: Element, key: string): boolean {
  return element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

export type Theme = 'light' | 'dark';

/** What axe finds wrong in the page, in the light and in the dark theme: one line per rule and element. */
export async function axeFaults(themes: readonly Theme[] = ['light', 'dark']): Promise<string[]> {
  const faults: string[] = [];
  for (const theme of themes) {
    document.documentElement.dataset['theme'] = theme;
    document.documentElement.classList.toggle('wa-dark', theme === 'dark');
    await settled();
    const { violations } = await axe.run(document, { rules: { 'page-has-heading-one': { enabled: false }, 'document-title': { enabled: false } } });
    faults.push(...violations.flatMap(({ id, nodes }) => nodes.map((node) => `${theme}: ${id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`)));
  }
  return faults;
}
