/** What the renderers have in common: they show groups of five nodes (a card with two texts, an input and a button). */

/** One renderer: shows `groups` cards in `host`, and changes the first text of the last one. */
export interface Renderer {
  name: string;
  /** Shows the cards with these titles; returns how one title is changed later. */
  show(host: HTMLElement, titles: string[]): (index: number, title: string) => void;
}

export const NODES_PER_GROUP = 5;
export const HINT = 'The same hint in every card.';
export const LABEL = 'Note';
export const BUTTON = 'Open';
