/** The failed runs of the user's pipelines that the user has not looked at yet. */
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Failure } from '../api/_generated';
import type { IPromoteApi } from '../tokens';
import { Looking } from '../runs/looking';
import type { IReviewApi, IRunRef } from '../runs/tokens';

const SEEN_KEPT = 200;
const INTERVAL_MS = 30_000;

/** Where it is remembered what was seen. */
export interface ISeenStore {
  load(): Promise<readonly string[]>;
  save(keys: readonly string[]): Promise<void>;
}

export namespace FailuresModel {
  export interface IOptions {
    api: IPromoteApi;
    review: IReviewApi;
    seen: ISeenStore;
  }
}

export class FailuresModel implements IDisposable {
  constructor(private readonly _options: FailuresModel.IOptions) {
    this._looking = new Looking({
      ..._options,
      name: 'failures',
      load: () => this._load(),
      interval: INTERVAL_MS
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._looking.isDisposed;
  }

  /** Newest first. */
  get unseen(): readonly Failure[] {
    const { _seen } = this;
    return _seen === null
      ? []
      : this._failures.filter(failure => !_seen.includes(keyOf(failure)));
  }

  /** The user looked at runs. */
  async see(runs: readonly IRunRef[]): Promise<void> {
    const keys = this.unseen
      .filter(failure =>
        runs.some(
          run => run.dagId === failure.dagId && run.runId === failure.runId
        )
      )
      .map(keyOf);
    if (keys.length > 0) {
      this._seen = [...keys, ...(this._seen ?? [])].slice(0, SEEN_KEPT);
      this._changed.emit();
      await this._options.seen.save(this._seen);
    }
  }

  async refresh(): Promise<void> {
    await this._looking.refresh();
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._looking.dispose();
      Signal.clearData(this);
    }
  }

  private async _load(): Promise<void> {
    this._seen ??= await this._options.seen.load();
    this._failures = await this._options.review.failures();
    this._changed.emit();
  }

  private readonly _looking: Looking;
  private readonly _changed = new Signal<this, void>(this);
  private _failures: readonly Failure[] = [];
  private _seen: readonly string[] | null = null;
}

/** A run that is repaired and fails again is another failure. */
function keyOf(failure: Failure): string {
  return `${failure.dagId} ${failure.runId} ${failure.at}`;
}

/** The failed runs that the user has not looked at. */
export type IFailures = FailuresModel;
export const IFailures = new Token<IFailures>(
  'jupyterlab-promote:IFailures',
  'The failed runs that the user has not looked at.'
);
