/** Manager: what a plugin is, what it needs, and what of it does nothing on this server. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { t, tn } from '../../i18n.ts';
import type { Decisions } from './deciding.ts';
import type { Plugin } from './server.ts';

/** A plugin before it is installed, with what there is to decide about it. */
export function pluginView(plugin: Plugin, decisions?: Decisions): TemplateResult {
  return html`${inactive(plugin)} ${about(plugin)} ${tool(plugin)} ${hosts(plugin, decisions)} ${servers(plugin)} ${secrets(plugin)}
  ${tables(plugin, decisions?.tables())} ${events(plugin)}`;
}

/** What an installed plugin is; its hosts, tables and events are elements of their own there. */
export function factsView(plugin: Plugin): TemplateResult {
  return html`${inactive(plugin)} ${about(plugin)} ${tool(plugin)} ${servers(plugin)} ${secrets(plugin)}`;
}

function inactive({ inactive: parts }: Plugin): TemplateResult | typeof nothing {
  if (parts.length === 0) return nothing;
  return html`<div class="alert" data-tone="warning">
    <wa-icon name="info"></wa-icon>
    <div class="alert-body">
      <div class="alert-title">${tn('One part of it is not active on this server:', '{count} parts of it are not active on this server:', parts.length)}</div>
      <ul class="package-list" role="list">
        ${parts.map(({ part, message }) => html`<li><span class="mono">${part}</span><span>${message}</span></li>`)}
      </ul>
    </div>
  </div>`;
}

function about({ kinds, trigger, tags }: Plugin): TemplateResult {
  return html`<section aria-labelledby="plugin-title">
    <h3 id="plugin-title">${t('What it is')}</h3>
    <p>${kinds.map((kind) => html`<span class="badge" data-tone="accent">${kindWords(kind)}</span> `)}${triggerWords(trigger)}</p>
    ${tags.length > 0 ? html`<p class="caption">${tags.join(', ')}</p>` : nothing}
  </section>`;
}

/** A kind of plugin, for people. */
function kindWords(kind: string): string {
  const words: Record<string, string> = {
    skill: t('Skill'),
    tool: t('Tool'),
    connector: t('Connector'),
    automation: t('Automation'),
    widget: t('Widget'),
    'public app': t('Public app'),
  };
  return words[kind] ?? kind;
}

function triggerWords(trigger: Plugin['trigger']): string {
  if (trigger === 'always') return t('In every conversation.');
  return trigger === 'auto' ? t('Used when the chat decides so.') : t('Used when you start it.');
}

function tool({ tool: called }: Plugin): TemplateResult | typeof nothing {
  if (!called) return nothing;
  const { name, description, permission, parameters, examples } = called;
  return html`<section aria-labelledby="plugin-tool-title">
    <h3 id="plugin-tool-title">${t('Its tool')}</h3>
    <ul class="package-list" role="list">
      <li>
        <wa-icon name="build"></wa-icon><span class="mono">${name}(${parameters.join(', ')})</span>
        <span class="badge">${permission === 'write' ? t('changes things') : t('reads')}</span><span class="muted">${description}</span>
      </li>
      ${examples.map((example) => html`<li><wa-icon name="chat"></wa-icon><span>“${example}”</span></li>`)}
    </ul>
  </section>`;
}

function hosts({ hosts: all }: Plugin, decisions?: Decisions): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section aria-labelledby="plugin-hosts-title">
    <h3 id="plugin-hosts-title">${t('Hosts that its code names')}</h3>
    <ul class="package-list" role="list">
      ${all.map(
        ({ host, declared, reachable }) => html`<li>
          <wa-icon name="language"></wa-icon><span class="mono">${host}</span>
          ${declared || !decisions || !reachable ? html`<span class="badge" data-tone=${declared ? 'neutral' : 'warning'}>${declared ? t('declared') : t('only in its code')}</span>` : grantBox(host, decisions)}
          ${reachable ? nothing : html`<span class="badge" data-tone="warning">${t('not on the public internet')}</span>`}
        </li>`,
      )}
    </ul>
    ${decisions && all.some(({ declared, reachable }) => !declared && reachable)
      ? html`<p class="caption">${t('Its manifest does not name every host that stands in its code. What you do not allow here, its code cannot reach; you can change that later.')}</p>`
      : nothing}
  </section>`;
}

function grantBox(host: string, decisions: Decisions): TemplateResult {
  const change = (event: Event): void => decisions.grant(host, (event.target as HTMLInputElement).checked);
  return html`<label class="check"><input type="checkbox" .checked=${decisions.grants(host)} @change=${change} /><span>${t('Allow')}<span class="visually-hidden"> ${host}</span></span></label>
    <span class="badge" data-tone="warning">${t('only in its code')}</span>`;
}

function servers({ widget_servers: all }: Plugin): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section aria-labelledby="plugin-servers-title">
    <h3 id="plugin-servers-title">${t('Servers that its widget is fetched from')}</h3>
    <ul class="package-list" role="list">
      ${all.map((host) => html`<li><wa-icon name="language"></wa-icon><span class="mono">${host}</span><span class="muted">${t('Scripts and styles of the widget are fetched from it at the install, and kept.')}</span></li>`)}
    </ul>
  </section>`;
}

function secrets({ secrets: all }: Plugin): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section aria-labelledby="plugin-secrets-title">
    <h3 id="plugin-secrets-title">${t('Secrets it needs')}</h3>
    <ul class="package-list" role="list">
      ${all.map(
        ({ name, description, needed, whose }) => html`<li>
          <wa-icon name="key"></wa-icon><span class="mono">${name}</span>
          <span class="badge">${whose === 'author' ? t('from its author') : t('from you')}</span>
          ${needed ? html`<span class="badge">${t('required')}</span>` : nothing}<span class="muted">${description}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}

export function tables({ tables: all }: Plugin, more: TemplateResult | typeof nothing = nothing): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section aria-labelledby="plugin-tables-title">
    <h3 id="plugin-tables-title">${t('Tables of its own')}</h3>
    <ul class="package-list" role="list">
      ${all.map(
        ({ name, columns, rls }) => html`<li>
          <wa-icon name="table"></wa-icon><span class="mono">${name}</span><span class="muted">${columns.join(', ')}</span>
          <span class="badge" data-tone=${rls ? 'success' : 'warning'}>${rls ? t('each sees their own rows') : t('everybody sees all rows')}</span>
        </li>`,
      )}
    </ul>
    ${more}
  </section>`;
}

function events({ events: all }: Plugin): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<section aria-labelledby="plugin-events-title">
    <h3 id="plugin-events-title">${t('What it can tell you of')}</h3>
    <ul class="package-list" role="list">
      ${all.map(({ id, name, description }) => html`<li><wa-icon name="notifications"></wa-icon><span class="mono">${id}</span><span>${name}</span><span class="muted">${description}</span></li>`)}
    </ul>
  </section>`;
}
