/** Theme: icons, in the page. */
import { afterEach, expect, it, vi } from 'vitest';
import { iconUrl } from './icons.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>';

/** A server that has all drawings but those of the names given; returns the addresses it was asked for. */
function serve(...without: string[]): string[] {
  const asked: string[] = [];
  vi.spyOn(window, 'fetch').mockImplementation(async (url) => {
    asked.push(String(url));
    const found = !without.some((name) => String(url).endsWith(`/${name}.svg`));
    return new Response(found ? SVG : 'Not found', { status: found ? 200 : 404 });
  });
  return asked;
}

async function drawn(name: string): Promise<boolean> {
  const icon = document.createElement('wa-icon');
  icon.setAttribute('name', name);
  document.body.append(icon);
  return vi.waitUntil(() => icon.shadowRoot?.querySelector('path') !== null, { timeout: 2_000 }).catch(() => false);
}

afterEach(() => vi.restoreAllMocks());

it('test_it_works', () => expect(iconUrl('home')).toMatch(/icons\/home\.svg$/));

it('draws the stand-in for a name that has no drawing, and asks for that once', async () => {
  const asked = serve('no_such_drawing');
  expect(await drawn('no_such_drawing')).toBe(true);
  expect(await drawn('no_such_drawing')).toBe(true);
  expect(asked.filter((url) => url.endsWith('/no_such_drawing.svg'))).toHaveLength(1);
  expect(iconUrl('no_such_drawing')).toBe(iconUrl('widgets'));
});
