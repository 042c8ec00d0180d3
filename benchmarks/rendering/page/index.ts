/** Measures in the page: each renderer takes its turn with the same content; milliseconds until it stands laid out. */
import '../../../static/src/theme/theme.css';
import { a2ui } from './a2ui.ts';
import { adaptiveCards } from './adaptive.ts';
import { ours } from './ours.ts';
import { NODES_PER_GROUP } from './shapes.ts';
import type { Renderer } from './shapes.ts';

interface Times {
  first: number[];
  patch: number[];
}

const RENDERERS: readonly Renderer[] = [ours, adaptiveCards, a2ui];
const GIVE_UP = 10_000;

/** The next task of the browser: everything that was queued as a microtask has run by then. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(null);
  });
}

/** Whether a text stands in the element, looked for from its end, also in shadow roots. */
function holds(node: Node, text: string): boolean {
  if (node instanceof Text) return node.data.includes(text);
  const root = node instanceof Element ? node.shadowRoot : null;
  const below = [...(root ? root.childNodes : []), ...node.childNodes];
  return below.reverse().some((child) => holds(child, text));
}

async function until(host: HTMLElement, text: string, begun: number): Promise<number> {
  for (;;) {
    await nextTask();
    if (holds(host, text)) break;
    if (performance.now() - begun > GIVE_UP) throw new Error(`“${text}” did not appear`);
  }
  void host.offsetHeight; // lays it out
  return performance.now() - begun;
}

async function turn(renderer: Renderer, groups: number, round: number): Promise<{ first: number; patch: number }> {
  const host = document.createElement('div');
  document.body.append(host);
  const titles = Array.from({ length: groups }, (_, index) => `Title ${round}.${index}.`);
  let begun = performance.now();
  const change = renderer.show(host, titles);
  const first = await until(host, titles.at(-1)!, begun);
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  begun = performance.now();
  change(groups - 1, `Changed ${round}`);
  const patch = await until(host, `Changed ${round}`, begun);
  host.remove();
  await nextTask();
  return { first, patch };
}

/** `rounds` interleaved turns of every renderer with about `nodes` nodes, after one that warms up. */
async function measure(nodes: number, rounds: number): Promise<Record<string, Times>> {
  const times: Record<string, Times> = Object.fromEntries(RENDERERS.map(({ name }) => [name, { first: [], patch: [] }]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const renderer of RENDERERS) {
      const { first, patch } = await turn(renderer, Math.max(1, Math.round(nodes / NODES_PER_GROUP)), round);
      if (round === 0) continue;
      times[renderer.name]!.first.push(first);
      times[renderer.name]!.patch.push(patch);
    }
  }
  return times;
}

Object.assign(window, { measure });
