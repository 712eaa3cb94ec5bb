/** The findings of a notebook at their cells and lines. */
import type { Cell } from '@jupyterlab/cells';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Throttler } from '@lumino/polling';
import type { PanelLayout, Widget } from '@lumino/widgets';
import { groupOf, type IMark, marksOf } from '../pipeline/findings';
import type { PipelineModel } from '../pipeline/model';
import { plainSentence } from '../ui/react';
import { lineMarks, showLineMarks } from './lines';

/** What stands at a cell. */
export interface ICellMark extends Widget {
  showMark(mark: IMark): void;
}

export namespace FindingMarks {
  export interface IOptions {
    pipelineOf: (panel: NotebookPanel) => PipelineModel;
    /** Makes the button of a cell, which opens its findings. */
    createMark: (pipeline: PipelineModel) => ICellMark;
  }
}

export class FindingMarks implements DocumentRegistry.IWidgetExtension<
  NotebookPanel,
  INotebookModel
> {
  constructor(private readonly _options: FindingMarks.IOptions) {}

  createNew(panel: NotebookPanel): IDisposable {
    const throttler = new Throttler(() => this._refresh(panel), 50);
    const update = (): void => void throttler.invoke();
    const notebook = panel.content;
    this._updates.add(update);
    notebook.cellInViewportChanged.connect(update);
    return new DisposableDelegate(() => {
      this._updates.delete(update);
      notebook.cellInViewportChanged.disconnect(update);
      throttler.dispose();
    });
  }

  /** Draw again in all open notebooks, after an analysis. */
  refreshAll(): void {
    this._updates.forEach(update => update());
  }

  private _refresh(panel: NotebookPanel): void {
    if (panel.isDisposed || !panel.content.model) {
      return;
    }
    const pipeline = this._options.pipelineOf(panel);
    const marks = marksOf(pipeline.analysis?.findings ?? []);
    for (const cell of panel.content.widgets) {
      const mark = marks.get(cell.model.id) ?? null;
      this._markLines(cell, mark);
      if (mark === null) {
        this._buttons.get(cell)?.dispose();
        this._buttons.delete(cell);
      } else {
        void cell.ready.then(() => {
          if (!cell.isDisposed && !panel.isDisposed) {
            this._markCell(cell, mark, pipeline);
          }
        });
      }
    }
  }

  private _markCell(cell: Cell, mark: IMark, pipeline: PipelineModel): void {
    const known = this._buttons.get(cell);
    const button =
      known && !known.isDisposed ? known : this._makeButton(cell, pipeline);
    this._buttons.set(cell, button);
    button.showMark(mark);
  }

  /** A button in the layout of its cell, so that it ends with it. */
  private _makeButton(cell: Cell, pipeline: PipelineModel): ICellMark {
    const button = this._options.createMark(pipeline);
    (cell.layout as PanelLayout).addWidget(button);
    return button;
  }

  private _markLines(cell: Cell, mark: IMark | null): void {
    const { editor } = cell;
    if (!(editor instanceof CodeMirrorEditor)) {
      return;
    }
    if (!this._marked.has(editor)) {
      if (mark === null) {
        return;
      }
      editor.injectExtension(lineMarks);
      this._marked.add(editor);
    }
    const lines = (mark?.findings ?? []).map(finding => ({
      line: finding.line ?? 0,
      group: groupOf(finding),
      text: plainSentence(finding.message)
    }));
    showLineMarks(editor.editor, lines);
  }

  private readonly _updates = new Set<() => void>();
  private readonly _buttons = new WeakMap<Cell, ICellMark>();
  private readonly _marked = new WeakSet<CodeMirrorEditor>();
}
