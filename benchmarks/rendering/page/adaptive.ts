/** Adaptive Cards (npm adaptivecards): it has no patches, so a change is a new card with the same content. */
import { AdaptiveCard } from 'adaptivecards';
import { BUTTON, HINT, LABEL } from './shapes.ts';
import type { Renderer } from './shapes.ts';

function group(title: string, index: number): Record<string, unknown> {
  return {
    type: 'Container',
    style: 'emphasis',
    items: [
      { type: 'TextBlock', text: title },
      { type: 'TextBlock', text: HINT, isSubtle: true },
      { type: 'Input.Text', id: `note_${index}`, label: LABEL },
      { type: 'ActionSet', actions: [{ type: 'Action.Submit', title: BUTTON }] },
    ],
  };
}

function rendered(titles: string[]): HTMLElement {
  const card = new AdaptiveCard();
  card.parse({ type: 'AdaptiveCard', version: '1.5', body: titles.map(group) });
  const element = card.render();
  if (!element) throw new Error('the card was not rendered');
  return element;
}

export const adaptiveCards: Renderer = {
  name: 'adaptivecards',
  show(host, titles) {
    const current = [...titles];
    host.append(rendered(current));
    return (index, title) => {
      current[index] = title;
      host.replaceChildren(rendered(current));
    };
  },
};
