/** Declarative: dragging cards between the columns of a board. */
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { noChange } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import type { ElementPart } from 'lit/directive.js';

/** Where a card is. */
export interface CardPlace {
  key: string;
  column: string;
  index: number;
}

interface Dragged extends CardPlace {
  board: unknown;
}

type Drop = (card: CardPlace, index: number) => void;

/** An element that drags or takes drops as long as it is in the page; what it stands for may change meanwhile. */
abstract class Attached<Values extends unknown[]> extends AsyncDirective {
  protected values!: Values;
  #element: HTMLElement | undefined;
  #detach: (() => void) | undefined;

  protected abstract attach(element: HTMLElement): () => void;

  override update(part: ElementPart, values: Values): unknown {
    this.values = values;
    if (this.#element !== part.element) {
      this.#element = part.element as HTMLElement;
      this.reconnected();
    }
    return noChange;
  }

  override render(..._values: Values): unknown {
    return noChange;
  }

  override disconnected(): void {
    this.#detach?.();
    this.#detach = undefined;
  }

  override reconnected(): void {
    this.disconnected();
    if (this.#element) this.#detach = this.attach(this.#element);
  }
}

class DragCard extends Attached<[board: unknown, place: CardPlace]> {
  protected override attach(element: HTMLElement): () => void {
    return draggable({
      element,
      getInitialData: () => ({ board: this.values[0], ...this.values[1] }),
      onDragStart: () => void element.toggleAttribute('data-dragging', true),
      onDrop: () => void element.toggleAttribute('data-dragging', false),
    });
  }
}

class DropColumn extends Attached<[board: unknown, column: string, drop: Drop, ordered: boolean]> {
  protected override attach(element: HTMLElement): () => void {
    const mark = (over: boolean) => () => {
      element.toggleAttribute('data-over', over);
      if (!over) showPlace(element, undefined);
    };
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => (source.data as unknown as Dragged).board === this.values[0],
      onDragEnter: mark(true),
      onDragLeave: mark(false),
      onDrag: ({ location }) => {
        if (this.values[3]) showPlace(element, placeIn(element, location.current.input.clientY));
      },
      onDrop: ({ source, location }) => {
        mark(false)();
        const card = source.data as unknown as Dragged;
        const index = placeIn(element, location.current.input.clientY);
        const sameColumn = card.column === this.values[1];
        if (!sameColumn || (index !== card.index && index !== card.index + 1)) {
          this.values[2](card, sameColumn && index > card.index ? index - 1 : index);
        }
      },
    });
  }
}

/** How many cards of a column lie above a height on the screen. */
function placeIn(column: HTMLElement, y: number): number {
  return [...column.querySelectorAll('.kanban-card')].filter((card) => {
    const { top, height } = card.getBoundingClientRect();
    return top + height / 2 < y;
  }).length;
}

/** Marks the card before which a dropped one would come, or the last one when it would come after it. */
function showPlace(column: HTMLElement, index: number | undefined): void {
  const cards = [...column.querySelectorAll('.kanban-card')];
  for (const [place, card] of cards.entries()) {
    card.toggleAttribute('data-drop-before', place === index);
    card.toggleAttribute('data-drop-after', index === cards.length && place === cards.length - 1);
  }
}

export const dragCard = directive(DragCard);
export const dropColumn = directive(DropColumn);
