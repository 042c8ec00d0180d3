/** Declarative: the shapes of trees, data sources and actions as the server's compiler hands them over. */

/** One node of a tree: a primitive's name and its properties, which may hold `{{ expressions }}`. */
export interface TreeNode {
  type: string;
  id?: string;
  visible_if?: unknown;
  [property: string]: unknown;
}

/** What happens on a click, a submit, a drop. The kind decides which further members count. */
export interface Action {
  action: string;
  [argument: string]: unknown;
}

/** Where a named binding comes from; `poll` and `cache` are durations such as `10s`. */
export interface DataSource {
  type: 'http' | 'tool' | 'static' | 'state';
  poll?: string;
  cache?: string;
  value?: unknown;
  [argument: string]: unknown;
}

/** A widget ready to be shown. */
export interface WidgetDefinition {
  /** Sent with every action; also the address of live patches. */
  widgetId: string;
  tree: TreeNode;
  /** Bindings to load, by name. */
  data?: Record<string, DataSource>;
  /** Values of bindings that are already known, by name; a panel gives its items here and needs no `data`. */
  values?: Record<string, unknown>;
  ctx?: Record<string, unknown>;
  state?: Record<string, unknown>;
  sessionId?: string;
  /** Whether pictures of a host (`host` or `host:port`) are shown unasked; without it none of another server is. */
  showsPicturesOf?: (host: string) => boolean;
}

/** True for anything that looks like a node. */
export function isTreeNode(value: unknown): value is TreeNode {
  return isRecord(value) && typeof value['type'] === 'string';
}

/** True for anything that looks like an action. */
export function isAction(value: unknown): value is Action {
  return isRecord(value) && typeof value['action'] === 'string';
}

/** True for objects made of names and values: no arrays, no null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
