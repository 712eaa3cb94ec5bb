/** Which outputs of a run are not shown as they are: their scripts would act as the person who looks, or nothing in
this Lab can draw them. */
import type { ICodeCellModel } from '@jupyterlab/cells';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

type Renderers = Pick<
  NotebookPanel['content']['rendermime'],
  'preferredMimeType'
>;

type Data = Parameters<Renderers['preferredMimeType']>[0];

/** A widget is drawn only beside a kernel, which a run's notebook has not; the text instead of it is shown. */
const WIDGET = 'application/vnd.jupyter.widget-view+json';

/** What Lab's sanitizer takes out of HTML and that people miss. */
const ACTIVE = /<(script|iframe|object|embed)\b|<[^>]*\son\w+\s*=/i;

/** scikit-learn's picture of a model, whose scripts only copy names; without them its text is shown. */
const ESTIMATOR =
  /^\s*<style>[^]*?<\/style><body><div id="sk-container-id-[^]*<\/body>\s*$/;

/** An output whose every form needs an extension that this Lab has not. */
export interface IUndrawn {
  /** Index of its cell. */
  cell: number;
  mimeType: string;
}

/** Trust in one open notebook of a run. It ends when the notebook is closed. */
export class HeldBack implements IDisposable {
  constructor(private readonly _panel: NotebookPanel) {
    _panel.context.model.contentChanged.connect(this._onContent, this);
    void _panel.context.ready.then(() => this._onContent());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Indexes of the cells with outputs that are held back. */
  get cells(): readonly number[] {
    return this._cells;
  }

  get trusted(): boolean {
    return this._trusted;
  }

  /** Outputs in whose place Lab shows nothing, trusted or not. */
  get undrawn(): readonly IUndrawn[] {
    return this._undrawn;
  }

  /** Show everything, also what comes while the run goes on. Only a person's own click may lead here. */
  trust(): void {
    this._trusted = true;
    this._onContent();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this._panel.context.model.contentChanged.disconnect(
        this._onContent,
        this
      );
      Signal.clearData(this);
    }
  }

  private _onContent(): void {
    const { context, content, isDisposed } = this._panel;
    if (isDisposed || this._isDisposed) {
      return;
    }
    if (this._trusted) {
      codeCells(context.model).forEach(([, cell]) => {
        cell.trusted ||= !isWidgetOnly(cell, content.rendermime);
      });
    }
    const cells = heldBack(context.model, content.rendermime);
    const undrawn = withoutRenderer(context.model, content.rendermime);
    if (
      cells.join() !== this._cells.join() ||
      JSON.stringify(undrawn) !== JSON.stringify(this._undrawn) ||
      this._trusted
    ) {
      this._cells = cells;
      this._undrawn = undrawn;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _cells: readonly number[] = [];
  private _undrawn: readonly IUndrawn[] = [];
  private _trusted = false;
  private _isDisposed = false;
}

/** Indexes of the cells with an output that would be shown otherwise if it were trusted. */
export function heldBack(
  notebook: INotebookModel,
  rendermime: Renderers
): number[] {
  return codeCells(notebook)
    .filter(
      ([, cell]) =>
        !cell.trusted && dataOf(cell).some(data => isHeldBack(data, rendermime))
    )
    .map(([index]) => index);
}

/** Outputs that no extension of this Lab can draw, such as a plotly figure where only the kernel has plotly. */
export function withoutRenderer(
  notebook: INotebookModel,
  rendermime: Renderers
): IUndrawn[] {
  const found: IUndrawn[] = [];
  for (const [cell, model] of codeCells(notebook)) {
    for (const data of dataOf(model)) {
      const [mimeType] = Object.keys(data);
      if (mimeType && !rendermime.preferredMimeType(data, 'any')) {
        found.push({ cell, mimeType });
      }
    }
  }
  return found;
}

/** Whether trust would bring nothing but widgets, in place of their text. */
function isWidgetOnly(cell: ICodeCellModel, rendermime: Renderers): boolean {
  const all = dataOf(cell);
  return (
    all.some(data => rendermime.preferredMimeType(data, 'any') === WIDGET) &&
    !all.some(data => isHeldBack(data, rendermime))
  );
}

function dataOf({ outputs }: ICodeCellModel): Data[] {
  return Array.from(
    { length: outputs.length },
    (_, at) => outputs.get(at).data
  );
}

function isHeldBack(data: Data, rendermime: Renderers): boolean {
  const kind = rendermime.preferredMimeType(data, 'any');
  return (
    kind !== WIDGET &&
    (kind !== rendermime.preferredMimeType(data, 'ensure') ||
      (kind === 'text/html' && isActive(textOf(data[kind]))))
  );
}

function isActive(html: string): boolean {
  return ACTIVE.test(html) && !ESTIMATOR.test(html);
}

function codeCells(
  notebook: INotebookModel
): (readonly [number, ICodeCellModel])[] {
  return Array.from(
    notebook.cells,
    (cell, index) => [index, cell] as const
  ).filter((pair): pair is [number, ICodeCellModel] => isCode(pair[1]));
}

function isCode(cell: { type: string }): cell is ICodeCellModel {
  return cell.type === 'code';
}

function textOf(value: unknown): string {
  return Array.isArray(value) ? value.join('') : String(value ?? '');
}
