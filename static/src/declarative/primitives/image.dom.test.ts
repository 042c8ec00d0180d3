/** Primitive `image`, in the page. */
import { expect, it, vi } from 'vitest';
import { show } from '../testing.ts';

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

it('gets pictures of other servers through this one', async () => {
  const set = vi.spyOn(HTMLImageElement.prototype, 'setAttribute'); // the picture itself gives way as soon as the test's server says that there is none
  await show({ type: 'image', src: 'https://example.org/a b.png?c=1' });
  expect(set.mock.calls).toContainEqual(['src', '/api/pictures?url=https%3A%2F%2Fexample.org%2Fa%20b.png%3Fc%3D1']);
  set.mockRestore();
});

it.each(['javascript:alert(1)', 'data:image/svg+xml,<svg/>', '//evil.example/x.png', 'file:///x.png'])('does not load %s', async (src) => {
  expect((await show({ type: 'image', src })).widget.querySelector('img')).toBeNull();
});
