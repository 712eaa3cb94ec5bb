/** The pipeline in one open notebook: its analysis as the user edits, and its settings. */
import type { INotebookModel } from '@jupyterlab/notebook';
import type { PartialJSONValue } from '@lumino/coreutils';
import type { IObservableDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import type {
  Analysis,
  ClusterOffer,
  Published,
  SchedulePreview
} from '../api/_generated';
import { asProblem } from '../api/problem';
import { applyTags, taggedCells } from '../tagging/edit';
import { rename, type Retagging } from '../tagging/retag';
import type { ITaggedCell } from '../tagging/tags';
import type { INotebookNow, IProblem, IPromoteApi } from '../tokens';
import {
  isObject,
  type RawSettings,
  rawSettings,
  type SettingPath,
  withRenamedStep,
  withSetting
} from './settings';
import { asWritten } from './source';

/** Whether the analysis fits the notebook as it is: old means that the server could not be asked. */
export type Freshness = 'none' | 'pending' | 'current' | 'old';

/** An open notebook, as far as its pipeline needs it. */
export interface INotebookDocument {
  readonly ready: Promise<void>;
  /** Path in the Jupyter server, with the drive's name when it has one. */
  readonly path: string;
  /** null once it is closed. */
  readonly model: INotebookModel | null;
  save(): Promise<void>;
  /** Make a cell active and visible. */
  reveal(index: number): void;
}

/** How soon a server that did not answer is asked again. */
const RETRY_MS = 3000;

export namespace PipelineModel {
  export interface IOptions {
    document: INotebookDocument;
    api: IPromoteApi;
    /** Milliseconds without an edit before the analysis is asked for. */
    delay: number;
  }
}

export class PipelineModel implements IObservableDisposable {
  constructor(options: PipelineModel.IOptions) {
    this._document = options.document;
    this._api = options.api;
    this._debouncer = new Debouncer(() => this._analyse(), options.delay);
    this._retry = new Debouncer(() => this._analyse(), RETRY_MS);
    void this._document.ready.then(() => this._begin());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emits when the notebook was closed. */
  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get analysis(): Analysis | null {
    return this._analysis;
  }

  get freshness(): Freshness {
    return this._freshness;
  }

  /** Why the last analysis could not be had. */
  get problem(): IProblem | null {
    return this._problem;
  }

  get notebook(): INotebookModel | null {
    return this._document.model;
  }

  get path(): string {
    return this._document.path;
  }

  /** The file's name without its ending. */
  get stem(): string {
    return this.path.replace(/^.*[/:]/, '').replace(/\.ipynb$/, '');
  }

  get settings(): RawSettings {
    return rawSettings(this.notebook?.getMetadata('promote'));
  }

  /** The identity that the first publish gave the notebook. */
  get published(): Published | null {
    const value = this.settings.published;
    if (!isObject(value) || typeof value.dag_id !== 'string') {
      return null;
    }
    return {
      uid: String(value.uid),
      dag_id: value.dag_id,
      version: String(value.version),
      revision: Number(value.revision)
    };
  }

  /** The run that the notebook was made by; null for a source notebook. */
  get derivedFrom(): Readonly<Record<string, unknown>> | null {
    const value = this.notebook?.getMetadata('derived_from');
    return isObject(value) ? value : null;
  }

  get cells(): ITaggedCell[] {
    return this.notebook ? taggedCells(this.notebook) : [];
  }

  /** Step whose settings are open. */
  get openStep(): string | null {
    return this._openStep;
  }

  set openStep(step: string | null) {
    this._openStep = step;
    this._changed.emit();
  }

  /** What the server is sent. */
  request(): INotebookNow | null {
    const notebook = this.notebook;
    return notebook
      ? {
          path: this.path,
          notebook: asWritten(notebook.sharedModel.toJSON())
        }
      : null;
  }

  /** Change a setting; undefined takes it away. */
  set(path: SettingPath, value: PartialJSONValue | undefined): void {
    this._write(withSetting(this.settings, path, value));
  }

  retag(change: Retagging): void {
    if (this.notebook) {
      applyTags(this.notebook, change);
    }
  }

  /** Rename a step everywhere; its settings are there under both names, so that undo finds them. */
  rename(from: string, to: string): void {
    this._write(withRenamedStep(this.settings, from, to));
    this.retag(rename(this.cells, from, to));
    if (this._openStep === from) {
      this.openStep = to;
    }
  }

  /** Make cells visible and active. */
  reveal(cellId: string): void {
    const index = this.cells.findIndex(cell => cell.id === cellId);
    if (index >= 0) {
      this._document.reveal(index);
    }
  }

  save(): Promise<void> {
    return this._document.save();
  }

  schedulePreview(cron: string, timezone: string): Promise<SchedulePreview> {
    return this._api.schedulePreview(cron, timezone);
  }

  /** What the largest node of the cluster has. */
  cluster(): Promise<ClusterOffer> {
    return this._api.cluster();
  }

  /** Ask for the analysis now. */
  async refresh(): Promise<void> {
    await this._analyse();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._debouncer.dispose();
    this._retry.dispose();
    this._disposed.emit();
    Signal.clearData(this);
  }

  private _begin(): void {
    const notebook = this.notebook;
    if (this._isDisposed || !notebook) {
      return;
    }
    notebook.contentChanged.connect(this._onEdit, this);
    notebook.metadataChanged.connect(this._onEdit, this);
    // Only now it is known whether the notebook is a source, or what a run made of one.
    this._changed.emit();
    void this._analyse();
  }

  private _onEdit(): void {
    this._freshness = this._freshness === 'old' ? 'old' : 'pending';
    this._changed.emit();
    this._debouncer.invoke().catch(() => undefined);
  }

  private _write(settings: RawSettings): void {
    this.notebook?.setMetadata('promote', { ...settings });
  }

  private async _analyse(): Promise<void> {
    const request = this.request();
    if (this._isDisposed || !request || this.derivedFrom) {
      return;
    }
    const turn = ++this._turn;
    try {
      const analysis = await this._api.analyse(request);
      if (turn === this._turn && !this._isDisposed) {
        this._analysis = analysis;
        this._problem = null;
        this._freshness = 'current';
        this._changed.emit();
      }
    } catch (error) {
      if (turn === this._turn && !this._isDisposed) {
        this._problem = asProblem(error);
        this._freshness = this._analysis ? 'old' : 'none';
        this._changed.emit();
        this._retry.invoke().catch(() => undefined);
      }
    }
  }

  private readonly _document: INotebookDocument;
  private readonly _api: IPromoteApi;
  private readonly _debouncer: Debouncer;
  private readonly _retry: Debouncer;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _disposed = new Signal<this, void>(this);
  private _analysis: Analysis | null = null;
  private _freshness: Freshness = 'none';
  private _problem: IProblem | null = null;
  private _openStep: string | null = null;
  private _turn = 0;
  private _isDisposed = false;
}
