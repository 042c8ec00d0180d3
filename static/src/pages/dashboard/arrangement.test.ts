import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Arrangement } from './arrangement.ts';
import type { Cells } from './arrangement.ts';

const cell = (x: number, y: number) => ({ x, y, w: 4, h: 4 });

describe('Arrangement', () => {
  const save = vi.fn<(layouts: Cells) => Promise<void>>();
  const show = vi.fn<(cells: Cells) => void>();
  const undone = vi.fn();
  let places: Arrangement;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
    save.mockResolvedValue();
    places = new Arrangement({ save, show, undone });
    places.learn('a', cell(0, 0));
    places.learn('b', cell(4, 0));
  });

  const move = (cells: Cells, moved?: string): void => {
    places.hold();
    places.settle(cells, moved);
  };

  it('works: moves are saved once, after a pause', async () => {
    move({ a: cell(4, 4), b: cell(4, 0) });
    move({ a: cell(8, 0), b: cell(4, 0) });
    expect(save).not.toHaveBeenCalled();
    await vi.runAllTimersAsync();
    expect(save.mock.calls).toEqual([[{ a: cell(8, 0) }]]);
    expect(places.unsaved).toBe(false);
    expect(show).not.toHaveBeenCalled();
  });

  it('shows what others move', () => {
    places.learn('b', cell(8, 0));
    expect(show).toHaveBeenCalledWith({ a: cell(0, 0), b: cell(8, 0) });
  });

  it('does not show its own moves again when the server repeats them', async () => {
    move({ a: cell(8, 0) });
    places.learn('a', cell(8, 0));
    await vi.runAllTimersAsync();
    places.learn('a', cell(8, 0));
    expect(show).not.toHaveBeenCalled();
  });

  it('keeps others from moving anything while somebody here does, and catches up afterwards', async () => {
    places.hold();
    places.learn('b', cell(8, 8));
    expect(show).not.toHaveBeenCalled();
    places.settle({ a: cell(0, 4), b: cell(4, 0) }, 'a');
    expect(show).toHaveBeenCalledWith({ a: cell(0, 4), b: cell(8, 8) });
    await vi.runAllTimersAsync();
    expect(save.mock.calls).toEqual([[{ a: cell(0, 4) }]]);
  });

  it('lets the hand win over somebody else who moved the same panel', async () => {
    places.hold();
    places.learn('a', cell(8, 8));
    places.settle({ a: cell(0, 4) }, 'a');
    await vi.runAllTimersAsync();
    expect(save.mock.calls).toEqual([[{ a: cell(0, 4) }]]);
  });

  it('goes back with the reason when the server refuses', async () => {
    save.mockRejectedValue(new Error('no'));
    move({ a: cell(8, 0) });
    await vi.runAllTimersAsync();
    expect(show).toHaveBeenLastCalledWith({ a: cell(0, 0), b: cell(4, 0) });
    expect(undone).toHaveBeenCalledOnce();
    expect(places.unsaved).toBe(false);
  });

  it('sends a move made while another is on its way', async () => {
    let answer = (): void => undefined;
    save.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    move({ a: cell(8, 0) });
    await vi.advanceTimersByTimeAsync(500);
    move({ a: cell(0, 8) });
    await vi.advanceTimersByTimeAsync(500);
    expect(save).toHaveBeenCalledTimes(1);
    answer();
    await vi.runAllTimersAsync();
    expect(save.mock.calls.map(([sent]) => sent)).toEqual([{ a: cell(8, 0) }, { a: cell(0, 8) }]);
  });

  it('takes a move back', () => {
    places.hold();
    places.giveUp();
    expect(show).toHaveBeenCalledWith({ a: cell(0, 0), b: cell(4, 0) });
  });
});
