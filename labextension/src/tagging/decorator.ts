/** Colour band and step chip at each cell of a notebook. */
import type { Cell } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { type PanelLayout, Widget } from '@lumino/widgets';
import { Throttler } from '@lumino/polling';
import { stepColours } from './colours';
import { taggedCells } from './edit';
import { inPlace } from './in-place';
import { StartDrag } from './start-drag';
import { drawnSteps, type IPlace, placesOf, stepNames } from './tags';

/** What the chip of a cell says; null for a cell without chip. */
export interface IChip {
  readonly text: string;
  readonly label: string;
  readonly step: string | null;
  readonly colour: string | null;
  readonly kind: 'starts' | 'continues' | 'prelude';
  readonly skipped: boolean;
  /** Text cells go with their step and show a chip only when they begin it. */
  readonly shown: boolean;
  /** Whether it only says something: the tags of a copy are not changed. */
  readonly fixed: boolean;
}

export namespace CellDecorator {
  export interface IOptions {
    trans: TranslationBundle;
    /** Whether a notebook is the copy of a run, whose steps are what they were. */
    isCopy: (panel: NotebookPanel) => boolean;
    /** Opens the menu of the cell at a place of the page. */
    openMenu: (panel: NotebookPanel, cell: Cell, anchor: HTMLElement) => void;
    /** Where the step that begins at a cell could begin; null when none begins there. */
    startRange: (
      panel: NotebookPanel,
      cell: Cell
    ) => readonly [number, number] | null;
    /** Let the step that begins at a cell begin at the one with that index. */
    moveStart: (panel: NotebookPanel, cell: Cell, index: number) => void;
    /** Where the analysis put a cell, for cells that no tag decides. */
    stepOf: (panel: NotebookPanel, cellId: string) => string | null;
  }
}

export class CellDecorator implements DocumentRegistry.IWidgetExtension<
  NotebookPanel,
  INotebookModel
> {
  constructor(private readonly _options: CellDecorator.IOptions) {}

  createNew(panel: NotebookPanel): IDisposable {
    const throttler = new Throttler(() => this._refresh(panel), 50);
    const update = () => void throttler.invoke();
    const notebook = panel.content;
    this._updates.add(update);
    notebook.modelContentChanged.connect(update);
    notebook.cellInViewportChanged.connect(update);
    void panel.context.ready.then(update);
    return new DisposableDelegate(() => {
      this._updates.delete(update);
      throttler.dispose();
      notebook.modelContentChanged.disconnect(update);
      notebook.cellInViewportChanged.disconnect(update);
    });
  }

  /** Draw again in all open notebooks, after an analysis. */
  refreshAll(): void {
    this._updates.forEach(update => update());
  }

  private _refresh(panel: NotebookPanel): void {
    const model = panel.isDisposed ? null : panel.content.model;
    if (!model) {
      return;
    }
    const cells = taggedCells(model);
    const drawn = drawnSteps(cells);
    const places = placesOf(cells).map((place, index) => ({
      ...place,
      step: drawn[index] ?? null
    }));
    const names = stepNames(cells);
    const colours = stepColours(model, names);
    const { widgets } = panel.content;
    const isTagged = names.length > 0;
    const draw = (): void =>
      widgets.forEach((cell, index) => {
        const place = places[index];
        const chip =
          place && isTagged ? this._chip(panel, cell, place, colours) : null;
        this._draw(panel, cell, chip);
      });
    // Outputs make room for the chips when the first tag comes, and take it back with the last one.
    if (isTagged !== this._tagged.has(panel)) {
      this._tagged[isTagged ? 'add' : 'delete'](panel);
      inPlace(panel.content, draw);
    } else {
      draw();
    }
  }

  private _chip(
    panel: NotebookPanel,
    cell: Cell,
    place: IPlace,
    colours: ReadonlyMap<string, string>
  ): IChip | null {
    const { trans } = this._options;
    const analysed = this._options.stepOf(panel, cell.model.id);
    // The analysis may be of the notebook as it was before the last tag.
    const known = analysed !== null && colours.has(analysed) ? analysed : null;
    const step = place.step ?? known;
    const notes = [
      place.parameters ? trans.__('parameters') : '',
      place.skipped ? trans.__('skipped') : ''
    ].filter(note => note !== '');
    // What stands before the first step: the automatic step's, as the list of steps calls it, or of no step alone.
    const name = step ?? analysed ?? trans.__('above the steps');
    const text = [place.starts ? name : `↳ ${name}`, ...notes].join(' · ');
    const said = [name, ...notes].join(', ');
    const fixed = this._options.isCopy(panel);
    return {
      text: step === null ? [name, ...notes].join(' · ') : text,
      label: fixed
        ? trans.__('Pipeline step of this cell: %1', said)
        : trans.__('Pipeline step of this cell: %1. Open menu', said),
      step,
      colour: step === null ? null : (colours.get(step) ?? null),
      kind: step === null ? 'prelude' : place.starts ? 'starts' : 'continues',
      skipped: place.skipped,
      shown: cell.model.type === 'code' || place.tagged !== null,
      fixed
    };
  }

  private _draw(panel: NotebookPanel, cell: Cell, chip: IChip | null): void {
    const drawn = JSON.stringify(chip);
    if (this._drawn.get(cell) === drawn) {
      return;
    }
    this._drawn.set(cell, drawn);
    if (chip === null) {
      delete cell.node.dataset.promoteStep;
      delete cell.node.dataset.promoteKind;
      delete cell.node.dataset.promoteSkipped;
      this._chips.get(cell)?.dispose();
      this._chips.delete(cell);
      return;
    }
    cell.node.dataset.promoteStep = chip.step ?? '';
    cell.node.dataset.promoteKind = chip.kind;
    cell.node.dataset.promoteSkipped = String(chip.skipped);
    cell.node.style.setProperty(
      '--promote-step-colour',
      chip.colour ?? 'var(--jp-border-color1)'
    );
    void cell.ready.then(() => {
      if (!cell.isDisposed && !panel.isDisposed) {
        this._show(panel, cell, chip);
      }
    });
  }

  private _show(panel: NotebookPanel, cell: Cell, chip: IChip): void {
    const known = this._chips.get(cell);
    const widget =
      known && !known.isDisposed ? known : this._makeChip(panel, cell, chip);
    this._chips.set(cell, widget);
    if (widget.node.textContent !== chip.text) {
      widget.node.textContent = chip.text;
      widget.node.title = chip.label;
      if (!chip.fixed) {
        widget.node.setAttribute('aria-label', chip.label);
      }
    }
    widget.setHidden(!chip.shown);
  }

  /** A chip in the layout of its cell, so that it ends with it. */
  private _makeChip(panel: NotebookPanel, cell: Cell, chip: IChip): Widget {
    const node = chip.fixed
      ? document.createElement('span')
      : this._menuButton(panel, cell);
    node.classList.add('jp-Promote-chip');
    const widget = new Widget({ node });
    (cell.layout as PanelLayout).insertWidget(0, widget);
    return widget;
  }

  private _menuButton(panel: NotebookPanel, cell: Cell): HTMLButtonElement {
    const node = document.createElement('button');
    node.type = 'button';
    node.dataset.lmSuppressShortcuts = 'true';
    node.setAttribute('aria-haspopup', 'menu');
    new StartDrag({
      notebook: panel.content,
      chip: node,
      range: () => this._options.startRange(panel, cell),
      drop: index => this._options.moveStart(panel, cell, index)
    });
    node.addEventListener('click', () =>
      this._options.openMenu(panel, cell, node)
    );
    return node;
  }

  private readonly _updates = new Set<() => void>();
  private readonly _tagged = new WeakSet<NotebookPanel>();
  /** What is drawn at a cell, so that typing touches no cell whose chip stays as it is. */
  private readonly _drawn = new WeakMap<Cell, string>();
  private readonly _chips = new WeakMap<Cell, Widget>();
}
