/** A2UI v0.9 (npm @a2ui/lit): titles are bound to the data model; one path of it is changed. */
import { basicCatalog } from '@a2ui/lit/v0_9';
import { MessageProcessor } from '@a2ui/web_core/v0_9';
import { BUTTON, HINT, LABEL } from './shapes.ts';
import type { Renderer } from './shapes.ts';

type Component = Record<string, unknown>;

function group(index: number): Component[] {
  const id = (name: string): string => `${name}_${index}`;
  return [
    { id: id('card'), component: 'Card', child: id('body') },
    { id: id('body'), component: 'Column', children: [id('title'), id('hint'), id('note'), id('open')] },
    { id: id('title'), component: 'Text', text: { path: `/rows/${index}/title` } },
    { id: id('hint'), component: 'Text', text: HINT, variant: 'caption' },
    { id: id('note'), component: 'TextField', label: LABEL, value: { path: `/rows/${index}/note` } },
    { id: id('open'), component: 'Button', child: id('label'), action: { event: { name: 'open' } } },
    { id: id('label'), component: 'Text', text: BUTTON },
  ];
}

export const a2ui: Renderer = {
  name: '@a2ui/lit',
  show(host, titles) {
    const processor = new MessageProcessor([basicCatalog]);
    const element = document.createElement('a2ui-surface') as HTMLElement & { surface?: unknown };
    processor.onSurfaceCreated((surface) => (element.surface = surface));
    const send = (message: object): void => processor.processMessages([{ version: 'v0.9', ...message }] as never);
    const surfaceId = 'bench';
    const root = { id: 'root', component: 'Column', children: titles.map((_, index) => `card_${index}`) };
    send({ createSurface: { surfaceId, catalogId: basicCatalog.id } });
    send({ updateDataModel: { surfaceId, path: '/', value: { rows: titles.map((title) => ({ title, note: '' })) } } });
    send({ updateComponents: { surfaceId, components: [root, ...titles.flatMap((_, index) => group(index))] } });
    host.append(element);
    return (index, value) => send({ updateDataModel: { surfaceId, path: `/rows/${index}/title`, value } });
  },
};
