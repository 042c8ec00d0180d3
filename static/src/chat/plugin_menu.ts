/** Chat: what opens above the message field at “/”: the tools and skills of plugins that a person starts. */
import { html, nothing } from 'lit';
import type { LitElement, ReactiveController, TemplateResult } from 'lit';
import { newKey } from '../api.ts';
import { t } from '../i18n.ts';
import { matches } from '../shell/palette.ts';
import { toast } from '../shell/toasts.ts';
import { askForArguments } from './plugin_form.ts';
import { startables } from './plugin_server.ts';
import type { Startable } from './plugin_shapes.ts';
import type { Talk } from './talk.ts';

/** What the menu may do to its message field. */
interface Field {
  talk: Talk;
  /** Empties it. */
  clear(): void;
  focusField(): void;
  /** A skill was chosen for the next message. */
  choose(skill: Startable): void;
}

const COMMAND = /^\/([^\n]{0,250})$/;
const LIST = 'plugin-menu';

export class PluginMenu implements ReactiveController {
  #known: Startable[] = [];
  #query: string | undefined;
  #at = 0;

  constructor(private readonly host: LitElement & Field) {
    host.addController(this);
  }

  hostConnected(): void {
    this.host.addEventListener('focusin', this.#look);
  }

  hostDisconnected(): void {
    this.host.removeEventListener('focusin', this.#look);
  }

  /** Whether anything may be started. */
  get isOffered(): boolean {
    return this.#known.length > 0;
  }

  get isOpen(): boolean {
    return this.#entries.length > 0;
  }

  /** Id of the option that Enter takes. */
  get active(): string | undefined {
    return this.isOpen ? `${LIST}-${this.#at}` : undefined;
  }

  /** The text of the field has changed. */
  read(text: string): void {
    const query = COMMAND.exec(text)?.[1];
    if (query === this.#query) return;
    this.#query = query;
    this.#at = 0;
    if (query !== undefined) this.#look();
    this.host.requestUpdate();
  }

  /** True when the key was meant for the menu. */
  takesKey(event: KeyboardEvent): boolean {
    if (!this.isOpen || event.isComposing) return false;
    const size = this.#entries.length;
    switch (event.key) {
      case 'ArrowDown':
        this.#move((this.#at + 1) % size);
        break;
      case 'ArrowUp':
        this.#move((this.#at + size - 1) % size);
        break;
      case 'Enter':
      case 'Tab':
        if (event.shiftKey) return false;
        void this.#take(this.#entries[this.#at]!);
        break;
      case 'Escape':
        this.#query = undefined;
        this.host.requestUpdate();
        break;
      default:
        return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  render(): TemplateResult | typeof nothing {
    if (!this.isOpen) return nothing;
    return html`<ul class="plugin-menu" id=${LIST} role="listbox" aria-label=${t('Tools and skills')}>
      ${this.#entries.map(
        (one, at) => html`<li id="${LIST}-${at}" role="option" aria-selected=${String(at === this.#at)} @pointerdown=${(event: Event) => event.preventDefault()}
          @pointermove=${() => at !== this.#at && this.#move(at)} @click=${() => void this.#take(one)}>
          <wa-icon name=${one.kind === 'skill' ? 'school' : 'play_circle'} aria-hidden="true"></wa-icon>
          <span class="plugin-menu-name truncate">${one.name}</span>
          <span class="caption truncate">${one.description}</span>
          <span class="badge" data-tone="neutral">${one.kind === 'skill' ? t('Skill') : t('Tool')}</span>
        </li>`,
      )}
    </ul>`;
  }

  get #entries(): Startable[] {
    const query = this.#query;
    if (query === undefined) return [];
    return this.#known.filter(({ name, tool, description }) => matches(`${name} ${tool} ${tool.replaceAll('_', ' ')} ${description}`, query.trim()));
  }

  #move(at: number): void {
    this.#at = at;
    this.host.requestUpdate();
    void this.host.updateComplete.then(() => this.host.querySelector(`#${LIST}-${at}`)?.scrollIntoView({ block: 'nearest' }));
  }

  async #take(one: Startable): Promise<void> {
    this.host.clear();
    if (one.kind === 'skill') {
      this.host.choose(one);
      this.host.focusField();
      return;
    }
    const key = newKey(); // of this form: sending it again after a failure starts the tool once
    await askForArguments(one, async (args) => {
      await this.host.talk.start(one.id, args, `${key}-${digest(args)}`);
      this.host.dispatchEvent(new CustomEvent('sent', { bubbles: true }));
    });
    this.host.focusField();
  }

  readonly #look = (): void => {
    startables().then(
      (known) => {
        this.#known = known;
        this.host.requestUpdate();
      },
      () => this.#query !== undefined && toast(t('The tools could not be loaded.'), { kind: 'error' }),
    );
  };
}

/** Something short that differs when the arguments do. */
function digest(args: Record<string, unknown>): string {
  let hash = 0;
  for (const character of JSON.stringify(args)) hash = (Math.imul(hash, 31) + character.codePointAt(0)!) | 0;
  return (hash >>> 0).toString(36);
}
