/** Declarative: a mounted widget without its looks: values, forms, bindings, actions. Nothing here knows Lit. */
import { regionalLocale } from '../i18n.ts';
import { dispatch } from './actions.ts';
import type { ActionMount, Outcome } from './actions.ts';
import { Bindings } from './data.ts';
import type { BindingHost } from './data.ts';
import type { Surroundings } from './expressions/dates.ts';
import { Forms } from './forms.ts';
import type { ActionHost } from './hosts.ts';
import { Scope, firstFormId } from './scope.ts';
import { WidgetStore } from './store.ts';
import type { Action, WidgetDefinition } from './tree.ts';

export class Mount implements ActionMount {
  readonly store: WidgetStore;
  readonly forms: Forms;
  readonly bindings: Bindings;
  readonly scope: Scope<Mount>;
  readonly widgetId: string;
  readonly sessionId: string | undefined;

  constructor(
    readonly definition: WidgetDefinition,
    readonly host: ActionHost = {},
    dataHost?: BindingHost,
  ) {
    const { values = {}, ctx = {}, state = {} } = definition;
    this.widgetId = definition.widgetId;
    this.sessionId = definition.sessionId;
    this.store = new WidgetStore({ ctx, state, data: values, status: {}, forms: {} });
    this.forms = new Forms(this.store);
    this.bindings = new Bindings(this.store, definition.data ?? {}, dataHost, definition.widgetId, new Set(Object.keys(values)));
    this.scope = new Scope<Mount>(this, firstFormId(definition.tree));
  }

  surroundings(): Surroundings {
    return { now: new Date(), locale: regionalLocale() };
  }

  /** Does an action as if the node `actionId` had asked for it. */
  act(action: Action, scope: Scope<Mount> = this.scope, actionId = 'action'): Promise<Outcome> {
    return dispatch(action, scope, actionId);
  }

  async refresh(bindings?: string[]): Promise<void> {
    await this.bindings.refresh(bindings);
  }

  start(): void {
    this.bindings.start();
  }

  stop(): void {
    this.bindings.stop();
  }
}
