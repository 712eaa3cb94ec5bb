/** Trying the notebook before it is published: a test run or the proof that the result is the same. */
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import { asProblem, problemFrom } from '../api/problem';
import type { Operation } from '../api/_generated';
import type { PipelineModel } from '../pipeline/model';
import { withSetting } from '../pipeline/settings';
import { trialPath } from '../review/place';
import type { INotebookNow, IProblem, IPromoteApi, TrialWish } from '../tokens';
import { interrupted, watch } from './watching';

const LOOK_EVERY_MS = 300;

/** Settings that change nothing of what the cells do. */
const BESIDE = ['published', 'published_as', 'schedule', 'schedules'];

export namespace TrialModel {
  export interface IOptions {
    pipeline: PipelineModel;
    api: IPromoteApi;
    /** Milliseconds between two looks at a trial that runs. */
    interval?: number;
  }
}

export class TrialModel implements IDisposable {
  constructor(options: TrialModel.IOptions) {
    this._pipeline = options.pipeline;
    this._api = options.api;
    this._interval = options.interval ?? LOOK_EVERY_MS;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get busy(): boolean {
    return this._busy;
  }

  /** Whether the server did not answer when it was asked last how far it is. */
  get away(): boolean {
    return this._away;
  }

  /** The trial that runs, else the last one; null before the first. */
  get operation(): Operation | null {
    return this._operation;
  }

  /** Why the trial could not be made. */
  get problem(): IProblem | null {
    const { _operation: operation } = this;
    if (this._problem || operation === null) {
      return this._problem;
    }
    if (operation.problem) {
      return problemFrom(operation.problem, 0);
    }
    return operation.state === 'interrupted'
      ? interrupted('Begin it again.')
      : null;
  }

  /** What is running now, in the server's words. */
  get doing(): string {
    const stages = this._operation?.stages ?? [];
    const running = stages.find(stage => stage.state === 'running');
    return running?.message || running?.name || '';
  }

  /** Whether the split run of the notebook as it is now was seen to give the same result. */
  get isVerified(): boolean {
    return (
      this._operation?.kind === 'verify' &&
      this._operation.trial?.ok === true &&
      this._tried === this._signature()
    );
  }

  /** Whether what the last trial found was found of another notebook than is shown now. */
  get isOutdated(): boolean {
    return this._tried !== this._signature();
  }

  /** Path of the executed notebook in the read-only drive; empty when there is none. */
  get notebook(): string {
    const { _operation: operation } = this;
    return operation?.trial?.notebook
      ? trialPath(operation.id, this._pipeline.stem, operation.started)
      : '';
  }

  /** Try the notebook as it is shown; a second trial meanwhile is not begun. */
  async begin(wish: Omit<TrialWish, keyof INotebookNow>): Promise<void> {
    const shown = this._pipeline.request();
    if (this._busy || shown === null) {
      return;
    }
    this._busy = true;
    this._problem = null;
    this._operation = null;
    this._changed.emit();
    try {
      this._tried = this._signature();
      await this._watch(await this._api.tryOut({ ...wish, ...shown }));
    } catch (error) {
      this._problem = asProblem(error);
    } finally {
      this._busy = false;
      this._changed.emit();
    }
  }

  /** End the trial that runs. */
  async cancel(): Promise<void> {
    if (this._operation?.state === 'running') {
      await this._api.cancelOperation(this._operation.id).catch(error => {
        this._problem = asProblem(error);
        this._changed.emit();
      });
    }
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _watch(first: Operation): Promise<void> {
    this._operation = first;
    this._changed.emit();
    await watch(first, {
      api: this._api,
      interval: this._interval,
      given: () => this.isDisposed,
      seen: found => {
        this._away = found === null;
        this._operation = found ?? this._operation;
        this._changed.emit();
      }
    });
  }

  /** What a trial is about; outputs, when the pipeline runs and what it is named are not. */
  private _signature(): string {
    const { cells, settings } = this._pipeline;
    const about = BESIDE.reduce(
      (left, key) => withSetting(left, [key], undefined),
      settings
    );
    return JSON.stringify([cells, about]);
  }

  private readonly _pipeline: PipelineModel;
  private readonly _api: IPromoteApi;
  private readonly _interval: number;
  private readonly _changed = new Signal<this, void>(this);
  private _operation: Operation | null = null;
  private _problem: IProblem | null = null;
  private _tried = '';
  private _busy = false;
  private _away = false;
  private _isDisposed = false;
}
