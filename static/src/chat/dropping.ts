/** Chat: files that are held over a part of the page and let go there. */

/** The files of a drag or of the clipboard. */
export function filesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])];
}

export class Dropping {
  #place: HTMLElement | undefined;
  /** Parts of the place that are being dragged over, because leaving one is told after entering the next. */
  #over = 0;

  constructor(
    private readonly held: (over: boolean) => void,
    private readonly dropped: (files: File[]) => void,
  ) {}

  start(place: HTMLElement): void {
    this.#place = place;
    place.addEventListener('dragenter', this.#enter);
    place.addEventListener('dragover', this.#hover);
    place.addEventListener('dragleave', this.#leave);
    place.addEventListener('drop', this.#drop);
  }

  stop(): void {
    this.#place?.removeEventListener('dragenter', this.#enter);
    this.#place?.removeEventListener('dragover', this.#hover);
    this.#place?.removeEventListener('dragleave', this.#leave);
    this.#place?.removeEventListener('drop', this.#drop);
    this.#place = undefined;
  }

  readonly #enter = (event: DragEvent): void => {
    if (holdsFiles(event)) this.#count(1);
  };

  readonly #leave = (event: DragEvent): void => {
    if (holdsFiles(event)) this.#count(-1);
  };

  readonly #hover = (event: DragEvent): void => {
    if (holdsFiles(event)) event.preventDefault();
  };

  /** A field of a widget in a message takes its own files. */
  readonly #drop = (event: DragEvent): void => {
    if (!holdsFiles(event)) return;
    this.#over = 0;
    this.held(false);
    if (event.defaultPrevented) return;
    event.preventDefault();
    this.dropped(filesIn(event.dataTransfer));
  };

  #count(step: number): void {
    this.#over = Math.max(0, this.#over + step);
    this.held(this.#over > 0);
  }
}

function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
