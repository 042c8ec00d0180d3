/** Panels: live events applied to a panel's data, so that the result is what a fresh view would show. No DOM here. */
import type { PanelData } from './shapes.ts';

interface Item {
  id: string;
  position: number;
}

/** Applies an event about items to the data of the panel it concerns; undefined when it is another kind of event. */
export function applyItemEvent(data: PanelData, event: string, payload: Record<string, unknown>): PanelData | undefined {
  const items = Array.isArray(data['items']) ? (data['items'] as Item[]) : [];
  switch (event) {
    case 'item.put': {
      const item = payload['item'] as Item;
      return { ...data, items: ordered([...items.filter(({ id }) => id !== item.id), item]) };
    }
    case 'item.removed':
      return { ...data, items: without(items, [payload['item_id']]) };
    case 'items.cleared':
      return { ...data, items: without(items, payload['item_ids'] as unknown[]) };
    case 'items.reset':
      return { ...data, items: ordered([...(payload['items'] as Item[])]) };
    default:
      return undefined;
  }
}

function without(items: Item[], gone: unknown[]): Item[] {
  const ids = new Set(gone);
  return items.filter(({ id }) => !ids.has(id));
}

/** By position, equal ones by id, as the server lists them. */
function ordered(items: Item[]): Item[] {
  return items.sort((left, right) => left.position - right.position || (left.id < right.id ? -1 : 1));
}
