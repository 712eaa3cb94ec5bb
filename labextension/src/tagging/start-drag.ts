/** Dragging the chip at which a step begins to the cell at which it shall begin. Writes nothing by itself. */
import type { Notebook } from '@jupyterlab/notebook';

/** Pixels that a pointer may tremble before a click becomes a drag. */
const TREMBLE = 5;
/** Pixels from the edge of the notebook at which it scrolls. */
const EDGE = 40;
const TARGET = 'jp-Promote-dropTarget';

export namespace StartDrag {
  export interface IOptions {
    notebook: Notebook;
    chip: HTMLElement;
    /** Where the step of the chip can begin; null when it does not begin here. */
    range: () => readonly [number, number] | null;
    /** Called with the index of the cell on which it was dropped. */
    drop: (index: number) => void;
  }
}

/** Listens on a chip for as long as the chip is there. */
export class StartDrag {
  constructor(private readonly _options: StartDrag.IOptions) {
    const { chip } = _options;
    chip.addEventListener('pointerdown', this._begin);
    chip.addEventListener('click', this._swallow, { capture: true });
  }

  private readonly _begin = (event: PointerEvent): void => {
    const range = this._options.range();
    if (event.button !== 0 || range === null) {
      return;
    }
    this._range = range;
    this._from = { x: event.clientX, y: event.clientY };
    this._dragged = false;
    document.addEventListener('pointermove', this._move);
    document.addEventListener('pointerup', this._end);
    document.addEventListener('pointercancel', this._cancel);
    document.addEventListener('keydown', this._key, { capture: true });
  };

  private readonly _move = (event: PointerEvent): void => {
    const { x, y } = this._from;
    const far = Math.hypot(event.clientX - x, event.clientY - y) > TREMBLE;
    if (!this._dragged && !far) {
      return;
    }
    this._dragged = true;
    event.preventDefault();
    this._options.chip.classList.add('jp-mod-dragging');
    this._scroll(event.clientY);
    this._aim(this._indexAt(event.clientX, event.clientY));
  };

  private readonly _end = (): void => {
    const index = this._target;
    this._stop();
    if (this._dragged && index !== null) {
      this._options.drop(index);
    }
  };

  private readonly _cancel = (): void => this._stop();

  private readonly _key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this._dragged) {
      event.preventDefault();
      event.stopPropagation();
      this._stop();
    }
  };

  /** The click that ends a drag on its own chip opens no menu. */
  private readonly _swallow = (event: Event): void => {
    if (this._dragged) {
      this._dragged = false;
      event.stopImmediatePropagation();
    }
  };

  private _stop(): void {
    document.removeEventListener('pointermove', this._move);
    document.removeEventListener('pointerup', this._end);
    document.removeEventListener('pointercancel', this._cancel);
    document.removeEventListener('keydown', this._key, { capture: true });
    this._options.chip.classList.remove('jp-mod-dragging');
    this._aim(null);
  }

  /** Index of the cell at a place of the page, or the nearest at which the step can begin. */
  private _indexAt(x: number, y: number): number | null {
    const node = document.elementFromPoint(x, y)?.closest('.jp-Cell');
    const { widgets } = this._options.notebook;
    const found = widgets.findIndex(cell => cell.node === node);
    return found < 0
      ? this._target
      : Math.min(Math.max(found, this._range[0]), this._range[1]);
  }

  private _aim(index: number | null): void {
    const { widgets } = this._options.notebook;
    if (this._target !== null) {
      widgets[this._target]?.removeClass(TARGET);
    }
    this._target = index;
    if (index !== null) {
      widgets[index]?.addClass(TARGET);
    }
  }

  private _scroll(y: number): void {
    const outer = this._options.notebook.outerNode;
    const { top, bottom } = outer.getBoundingClientRect();
    if (y < top + EDGE) {
      outer.scrollBy(0, -EDGE / 2);
    } else if (y > bottom - EDGE) {
      outer.scrollBy(0, EDGE / 2);
    }
  }

  private _range: readonly [number, number] = [0, 0];
  private _from = { x: 0, y: 0 };
  private _target: number | null = null;
  private _dragged = false;
}
