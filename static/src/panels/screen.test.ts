import { expect, it } from 'vitest';
import { screen } from './screen.ts';

it('works', () => {
  expect(screen.visiblePanelIds()).toBeUndefined();
  screen.place(['board-a', 'board-b']);
  screen.focus('board-b');
  expect(screen.visiblePanelIds()).toEqual(['board-a', 'board-b']);
  expect(screen.focusedPanelId()).toBe('board-b');
});

it('counts the panel opened large, and talks of it first', () => {
  screen.open('recent');
  expect(screen.visiblePanelIds()).toEqual(['board-a', 'board-b', 'recent']);
  expect(screen.focusedPanelId()).toBe('recent');
  screen.open(undefined);
  expect(screen.visiblePanelIds()).toEqual(['board-a', 'board-b']);
  expect(screen.focusedPanelId()).toBeUndefined();
});

it('forgets the focus of a panel that has gone', () => {
  screen.focus('board-b');
  screen.place(['board-a']);
  expect(screen.focusedPanelId()).toBeUndefined();
});
