/** Declarative: the public face. Pages import from here. */
import './primitives/index.ts';

export { ACTION_KINDS } from './actions.ts';
export type { Outcome } from './actions.ts';
export { evaluate, evaluateDeep, readerOf } from './expressions/evaluate.ts';
export type { ActionEffect, ActionHost, ActionRequest, ConfirmQuestion, DataHost, NavigateTarget, ToastKind } from './hosts.ts';
export { pageActions } from './page.ts';
export { Mount } from './mount.ts';
export { primitives } from './registry.ts';
export { WidgetStore } from './store.ts';
export type { Action, DataSource, TreeNode, WidgetDefinition } from './tree.ts';
export { WidgetElement } from './widget.ts';
