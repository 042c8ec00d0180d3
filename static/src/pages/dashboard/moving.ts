/** Dashboard: a panel in the hand of the keyboard, until Enter keeps its place or Escape undoes the move. */
import { t } from '../../i18n.ts';
import type { Arrangement } from './arrangement.ts';
import type { DashboardPanel } from './frame.ts';
import type { PanelGrid } from './grid.ts';
import { spoken, stepped } from './mover.ts';
import type { Size } from './sizes.ts';

export interface Moving {
  frame: DashboardPanel;
  grid: PanelGrid;
  places: Pick<Arrangement, 'hold' | 'giveUp'> & { settle(): void };
  /** The smallest that the panel may become. */
  smallest: Size;
  /** Reads out to people who cannot see the grid. */
  say(text: string): void;
}

/** Takes the panel; whoever leaves it keeps its place. */
export function moveByKeyboard(moving: Moving): void {
  const { frame, places, say } = moving;
  const { title: name } = frame.instance;
  const end = (keep: boolean): void => {
    if (!frame.moving) return;
    frame.moving = false;
    frame.removeEventListener('keydown', onKey);
    frame.removeEventListener('focusout', leave);
    if (keep) places.settle();
    else places.giveUp();
    say(keep ? t('{name} stays here.', { name }) : t('{name} is back where it was.', { name }));
  };
  const leave = (): void => end(true);
  const onKey = (event: KeyboardEvent): void => {
    if (event.target !== frame) return;
    const ends = event.key === 'Enter' || event.key === ' ' || event.key === 'Escape';
    if (!ends && !step(moving, event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (ends) end(event.key !== 'Escape');
  };
  places.hold();
  frame.moving = true;
  frame.focus();
  frame.addEventListener('keydown', onKey);
  frame.addEventListener('focusout', leave);
  say(`${t('Moving {name}.', { name })} ${t('Arrows move, Shift and arrows resize, Enter keeps, Escape undoes.')}`);
}

/** True when the key was an arrow. */
function step({ frame, grid, smallest, say }: Moving, { key, shiftKey }: KeyboardEvent): boolean {
  const { id } = frame.instance;
  const { [id]: cell, ...others } = grid.cells();
  const wanted = cell && stepped(cell, key, shiftKey, Object.values(others), smallest);
  if (!wanted) return false;
  grid.place(id, wanted);
  const now = grid.cells()[id] ?? cell;
  const stuck = JSON.stringify(now) === JSON.stringify(cell);
  say(stuck ? t('No further that way.') : spoken(now));
  frame.scrollIntoView({ block: 'nearest' });
  return true;
}
