/** Primitive `icon`, in the page. */
import { expect, it } from 'vitest';
import { iconUrl } from '../../theme/icons.ts';
import { show } from '../testing.ts';

it('test_it_works', async () => {
  const { find } = await show({ type: 'icon', name: 'check_circle', size: 32, color: 'green', aria_label: 'Done' });
  expect(find('wa-icon').getAttribute('name')).toBe('check_circle');
  expect(find('wa-icon').getBoundingClientRect().width).toBe(32);
  expect(find('wa-icon').getAttribute('label')).toBe('Done');
});

it('is hidden from screen readers without a name', async () => {
  expect((await show({ type: 'icon', name: 'check' })).find('wa-icon').getAttribute('aria-hidden')).toBe('true');
});

it('is only ever drawn from our own files', () => {
  expect(iconUrl('check')).toMatch(/icons\/check\.svg$/);
  expect(iconUrl('../../secret')).toMatch(/icons\/widgets\.svg$/);
});
