/** Primitive `image`, in the page. */
import { expect, it, vi } from 'vitest';
import { axeFaults, show } from '../testing.ts';

const PICTURE = '/node_modules/@material-symbols/svg-400/outlined/home.svg';

it('test_it_works', async () => {
  const { find } = await show({ type: 'image', src: PICTURE, alt: 'A cover', height: 80, fit: 'contain' });
  expect(find('.image-frame').getBoundingClientRect().height).toBe(80);
  expect(find('img').getAttribute('alt')).toBe('A cover');
  expect(find('img').style.objectFit).toBe('contain');
});

it('shows a stand-in that keeps the place when it cannot be loaded', async () => {
  const { find } = await show({ type: 'image', src: '/static/none.png', alt: 'A cover', placeholder: 'image', height: 80 });
  await vi.waitFor(() => find('.image-stand'));
  expect(find('.image-stand').getAttribute('aria-label')).toBe('A cover');
  expect(find('.image-frame').getBoundingClientRect().height).toBe(80);
});

/** What the browser has asked this server for. */
function asked(): string[] {
  return performance.getEntriesByType('resource').map(({ name }) => name.replace(location.origin, ''));
}

const ELSEWHERE = 'https://example.org/a b.png?c=1';
const THROUGH_US = '/api/pictures?url=https%3A%2F%2Fexample.org%2Fa%20b.png%3Fc%3D1';

it('gets pictures of hosts that the app names through this server', async () => {
  performance.clearResourceTimings(); // the browser keeps the first 250
  const { widget } = await show({ type: 'image', src: ELSEWHERE }, { showsPicturesOf: (host) => host === 'example.org' });
  expect(widget.querySelector('button')).toBeNull();
  await vi.waitFor(() => expect(asked()).toContain(THROUGH_US));
});

it('shows a picture of any other host when a person asks for it', async () => {
  const { widget, find, settled } = await show({ type: 'image', src: ELSEWHERE, alt: 'A map' }, { showsPicturesOf: () => false });
  expect(widget.querySelector('img')).toBeNull();
  expect(find('button').getAttribute('aria-label')).toBe('Show from example.org: A map');
  expect(await axeFaults()).toEqual([]);
  performance.clearResourceTimings();
  find('button').click();
  await settled();
  await vi.waitFor(() => expect(asked()).toContain(THROUGH_US));
});

it.each(['javascript:alert(1)', 'data:image/svg+xml,<svg/>', '//evil.example/x.png', 'file:///x.png'])('does not load %s', async (src) => {
  expect((await show({ type: 'image', src })).widget.querySelector('img')).toBeNull();
});
