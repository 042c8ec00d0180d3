/** Playground: the dialog in which an example is chosen. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { openDialog } from '../../shell/dialogs.ts';
import { matches } from '../../shell/palette.ts';
import type { Example } from './examples.ts';

/** The example that was chosen; undefined when the dialog is closed without one. */
export async function chooseExample(all: Example[]): Promise<Example | undefined> {
  const { body, close, closed } = openDialog({ title: t('Examples'), width: 720 });
  let chosen: Example | undefined;
  let query = '';
  const take = (example: Example): void => {
    chosen = example;
    close();
  };
  const draw = (): void => void render(content(all, query, search, take), body);
  const search = (event: Event): void => {
    query = (event.target as HTMLInputElement).value.trim();
    draw();
  };
  draw();
  body.querySelector('input')?.focus();
  await closed;
  return chosen;
}

function content(all: Example[], query: string, search: (event: Event) => void, take: (example: Example) => void): TemplateResult {
  const found = all.filter(({ title, description, group }) => matches(`${title} ${description} ${group}`, query));
  const groups = [...new Set(found.map(({ group }) => group))];
  return html`<div class="examples">
    <div class="search-field">
      <wa-icon name="search"></wa-icon>
      <input class="input" type="search" aria-label=${t('Search the examples')} placeholder=${t('Search')} .value=${query} @input=${search} />
    </div>
    ${groups.map((group) => section(group, found.filter((example) => example.group === group), take))}
    ${found.length === 0 ? html`<p class="empty" role="status">${t('Nothing matches “{query}”', { query })}</p>` : nothing}
  </div>`;
}

function section(group: string, found: Example[], take: (example: Example) => void): TemplateResult {
  return html`<section aria-label=${group}>
    <h3>${group}</h3>
    <ul class="example-list" role="list">
      ${found.map(
        (example) => html`<li>
          <button type="button" class="example" @click=${() => take(example)}>
            <span class="mono">${example.title}</span><span class="caption">${example.description}</span>
          </button>
        </li>`,
      )}
    </ul>
  </section>`;
}
