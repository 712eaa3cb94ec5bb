/** One pipeline model for each open notebook, and the one that the sidebar shows. */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';
import type { IPromoteApi } from '../tokens';
import { PublishModel } from '../schedule/model';
import { TrialModel } from '../schedule/trial-model';
import { RunsModel } from '../runs/model';
import { documentOf } from './document';
import { PipelineModel } from './model';

/** Everything that is known of one open notebook. */
export interface IOpenNotebook {
  readonly key: string;
  readonly pipeline: PipelineModel;
  readonly publishing: PublishModel;
  readonly trial: TrialModel;
  readonly runs: RunsModel;
}

export namespace Pipelines {
  export interface IOptions {
    tracker: INotebookTracker;
    api: IPromoteApi;
    analysisDelay: number;
    pollInterval: number;
    /** Saves the open modules that travel with the notebook at a path. */
    saveModules: (notebook: string) => Promise<void>;
  }
}

export class Pipelines {
  constructor(private readonly _options: Pipelines.IOptions) {
    _options.tracker.currentChanged.connect(this._onCurrent, this);
  }

  /** Emits when another notebook became the active one, or none. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emits when an analysis arrived. */
  get analysed(): ISignal<this, void> {
    return this._analysed;
  }

  get current(): IOpenNotebook | null {
    const panel = this._options.tracker.currentWidget;
    return panel && !panel.isDisposed ? this.of(panel) : null;
  }

  of(panel: NotebookPanel): IOpenNotebook {
    let open = this._open.get(panel);
    if (!open) {
      open = this._create(panel);
      this._open.set(panel, open);
    }
    return open;
  }

  /** The step that the analysis put a cell in. */
  stepOf(panel: NotebookPanel, cellId: string): string | null {
    const analysis = this._open.get(panel)?.pipeline.analysis;
    return analysis?.cell_steps?.[cellId] ?? null;
  }

  private _create(panel: NotebookPanel): IOpenNotebook {
    const { api, analysisDelay, pollInterval, saveModules } = this._options;
    const pipeline = new PipelineModel({
      document: documentOf(panel, saveModules),
      api,
      delay: analysisDelay
    });
    const runs = new RunsModel({ pipeline, api, interval: pollInterval });
    const publishing = new PublishModel({ pipeline, api, runs });
    const trial = new TrialModel({ pipeline, api });
    pipeline.analysed.connect(() => {
      if (pipeline.freshness === 'current') {
        this._analysed.emit();
      }
    }, this);
    panel.disposed.connect(() => {
      pipeline.dispose();
      publishing.dispose();
      trial.dispose();
      runs.dispose();
    }, this);
    return { key: panel.id, pipeline, publishing, trial, runs };
  }

  private _onCurrent(): void {
    this._changed.emit();
  }

  private readonly _open = new WeakMap<NotebookPanel, IOpenNotebook>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _analysed = new Signal<this, void>(this);
}

/** The models of the open notebooks, for other parts of the extension. */
export type IPipelines = Pipelines;
export const IPipelines = new Token<IPipelines>(
  'jupyterlab-promote:IPipelines',
  'The pipeline models of the open notebooks.'
);
