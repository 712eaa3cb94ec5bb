/** The pipeline in one open notebook: its analysis as the user edits, and its settings. */
import type { INotebookModel } from '@jupyterlab/notebook';
import type { PartialJSONValue } from '@lumino/coreutils';
import type { IObservableDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Analysis, Published } from '../api/_generated';
import { applyTags, taggedCells } from '../tagging/edit';
import { handedOn } from '../tagging/handing-on';
import { rename, type Retagging } from '../tagging/retag';
import type { ITaggedCell } from '../tagging/tags';
import type { INotebookNow, IProblem, IPromoteApi } from '../tokens';
import type { INotebookDocument } from './document';
import { type Freshness, LiveAnalysis } from './live-analysis';
import { SettingHistory } from './setting-history';
import {
  isObject,
  publishedIn,
  type RawSettings,
  rawSettings,
  type SettingPath,
  withRenamedStep,
  withSetting
} from './settings';
import { asWritten } from './source';
import { StepForm } from './step-form';

/** What the server gave the notebook; no settings of a person. */
const IDENTITIES = ['published', 'published_as'];

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
    this._live = new LiveAnalysis({
      api: options.api,
      delay: options.delay,
      request: () => (this.derivedFrom ? null : this.request())
    });
    this._live.changed.connect(() => this._changed.emit(), this);
    this.form.changed.connect(() => this._changed.emit(), this);
    void this._document.ready.then(() => this._begin());
  }

  readonly form = new StepForm();

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emits when an analysis arrived, or is not of the notebook as it is any more. */
  get analysed(): ISignal<unknown, void> {
    return this._live.changed;
  }

  /** Emits when the notebook was closed. */
  get disposed(): ISignal<this, void> {
    return this._disposed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get analysis(): Analysis | null {
    return this._live.analysis;
  }

  get freshness(): Freshness {
    return this._live.freshness;
  }

  /** Why the last analysis could not be had. */
  get problem(): IProblem | null {
    return this._live.problem;
  }

  get notebook(): INotebookModel | null {
    return this._document.model;
  }

  get path(): string {
    return this._document.path;
  }

  /** Whether what is changed here cannot be kept in the file. */
  get readOnly(): boolean {
    return this._document.readOnly;
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
    return publishedIn(this.settings);
  }

  /** The run that the notebook was made by; null for a source notebook. */
  get derivedFrom(): Readonly<Record<string, unknown>> | null {
    const value = this.notebook?.getMetadata('derived_from');
    return isObject(value) ? value : null;
  }

  get cells(): ITaggedCell[] {
    return this.notebook ? taggedCells(this.notebook) : [];
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
    if (!IDENTITIES.includes(path[0] ?? '')) {
      this._history.remember(this.settings, path, value);
    }
    this._write(withSetting(this.settings, path, value));
  }

  /** Path of the setting that reverting would bring back; null when nothing was changed. */
  get revertible(): SettingPath | null {
    return this._history.last(this.settings)?.path ?? null;
  }

  /** Take back the last change of a setting; cells have JupyterLab's own undo. */
  revert(): void {
    const change = this._history.last(this.settings);
    if (change) {
      this._history.forget(change);
      this._write(withSetting(this.settings, change.path, change.before));
    }
  }

  retag(change: Retagging): void {
    if (this.notebook) {
      applyTags(this.notebook, handedOn(this.cells, change));
    }
  }

  /** Rename a step everywhere; its settings are there under both names, so that undo finds them. */
  rename(from: string, to: string): void {
    this._write(withRenamedStep(this.settings, from, to));
    this.retag(rename(this.cells, from, to));
    this.form.renamed(from, to);
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

  /** The server, for what is asked beside the analysis. */
  get api(): IPromoteApi {
    return this._api;
  }

  /** Ask for the analysis now. */
  async refresh(): Promise<void> {
    await this._live.refresh();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._live.dispose();
    this._disposed.emit();
    Signal.clearData(this);
  }

  private _begin(): void {
    const notebook = this.notebook;
    if (this._isDisposed || !notebook) {
      return;
    }
    notebook.contentChanged.connect(() => this._live.invalidate(), this);
    notebook.metadataChanged.connect(this._onSetting, this);
    // Other files lie beside it there.
    this._document.moved.connect(this._onSetting, this);
    // Only now it is known whether the notebook is a source, or what a run made of one.
    this._changed.emit();
    void this._live.refresh();
  }

  private _onSetting(): void {
    this._changed.emit();
    this._live.invalidate();
  }

  private _write(settings: RawSettings): void {
    this.notebook?.setMetadata('promote', { ...settings });
  }

  private readonly _document: INotebookDocument;
  private readonly _api: IPromoteApi;
  private readonly _live: LiveAnalysis;
  private readonly _history = new SettingHistory();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _disposed = new Signal<this, void>(this);
  private _isDisposed = false;
}
