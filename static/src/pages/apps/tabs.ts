/** Apps: the bar of tabs: the declared ones in their order, then those that were pushed. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import type { AppWidgets, Entry, Mounted } from '../../sessions/shapes.ts';
import { isDeclared } from '../../sessions/side.ts';

export interface Tab {
  id: string;
  title: string;
  icon?: string | undefined;
  accent?: string | undefined;
  entry?: Entry;
  /** A tab that was pushed can be closed. */
  mounted?: Mounted;
}

/** The tabs of an app in a conversation. */
export function tabsOf({ workspace_tabs: declared }: AppWidgets, widgets: readonly Mounted[], app: string): Tab[] {
  const pushed = widgets.filter(({ zone, app: owner, widget_id: id }) => zone === 'workspace_tabs' && owner === app && !isDeclared(id));
  return [
    ...declared.map((entry) => ({ id: entry.id, title: entry.title ?? '', icon: entry.icon, accent: entry.accent, entry })),
    ...pushed.map((mounted) => ({ id: mounted.widget_id, title: mounted.title, mounted })),
  ];
}

export interface TabActions {
  choose(id: string): void;
  close(tab: Tab): void;
}

/** Arrows, Home and End go from tab to tab, Delete closes one that can be closed; the rest is one stop for Tab. */
export function tabBar(tabs: Tab[], open: Tab, accent: string | undefined, { choose, close }: TabActions): TemplateResult {
  const go = (index: number, event: KeyboardEvent): void => {
    event.preventDefault();
    const tab = tabs[(index + tabs.length) % tabs.length]!;
    choose(tab.id);
    const bar = (event.currentTarget as HTMLElement).closest('.app-tabs');
    requestAnimationFrame(() => bar?.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
  const onKey = (event: KeyboardEvent): void => {
    const at = tabs.indexOf(open);
    if (event.key === 'ArrowRight') go(at + 1, event);
    else if (event.key === 'ArrowLeft') go(at - 1, event);
    else if (event.key === 'Home') go(0, event);
    else if (event.key === 'End') go(-1, event);
    else if (event.key === 'Delete' && open.mounted) close(open);
  };
  return html`<div class="app-tab-line">
    <div class="app-tabs" role="tablist" aria-label=${t('Tabs')} data-accent=${accent ?? nothing}>
      ${tabs.map((tab) => tabButton(tab, tab === open, choose, onKey))}
    </div>
    ${open.mounted
      ? html`<button type="button" class="icon-button" data-size="small" aria-label=${t('Close {title}', { title: open.title })} title=${t('Close')} @click=${() => close(open)}>
          <wa-icon name="close"></wa-icon>
        </button>`
      : nothing}
  </div>`;
}

function tabButton(tab: Tab, isOpen: boolean, choose: (id: string) => void, onKey: (event: KeyboardEvent) => void): TemplateResult {
  return html`<button
    type="button"
    class="app-tab"
    role="tab"
    id=${`app-tab-${tab.id}`}
    aria-selected=${String(isOpen)}
    aria-controls=${isOpen ? 'app-tab-panel' : nothing}
    tabindex=${isOpen ? 0 : -1}
    data-accent=${tab.accent ?? nothing}
    @click=${() => choose(tab.id)}
    @keydown=${onKey}
  >
    ${tab.icon ? html`<wa-icon name=${tab.icon}></wa-icon>` : nothing}<span>${tab.title}</span>
  </button>`;
}
