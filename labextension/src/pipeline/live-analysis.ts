/** The analysis of one notebook as it is edited: asked for after a pause, kept while the server is away. */
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Analysis } from '../api/_generated';
import { asProblem } from '../api/problem';
import type { INotebookNow, IProblem, IPromoteApi } from '../tokens';

/** Whether the analysis fits the notebook as it is: old means that the server could not be asked. */
export type Freshness = 'none' | 'pending' | 'current' | 'old';

/** How soon a server that did not answer is asked again. */
const RETRY_MS = 3000;

export namespace LiveAnalysis {
  export interface IOptions {
    api: IPromoteApi;
    /** Milliseconds without an edit before the analysis is asked for. */
    delay: number;
    /** The notebook now; null when there is nothing to analyse. */
    request: () => INotebookNow | null;
  }
}

export class LiveAnalysis implements IDisposable {
  constructor(private readonly _options: LiveAnalysis.IOptions) {
    this._debouncer = new Debouncer(() => this.refresh(), _options.delay);
    this._retry = new Debouncer(() => this.refresh(), RETRY_MS);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._debouncer.isDisposed;
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

  /** The notebook was edited. What is shown changes with the first of many edits only. */
  invalidate(): void {
    if (this._freshness === 'current') {
      this._freshness = 'pending';
      this._changed.emit();
    }
    this._debouncer.invoke().catch(() => undefined);
  }

  /** Ask for the analysis now. */
  async refresh(): Promise<void> {
    const request = this.isDisposed ? null : this._options.request();
    if (!request) {
      return;
    }
    const turn = ++this._turn;
    try {
      const analysis = await this._options.api.analyse(request);
      if (turn === this._turn && !this.isDisposed) {
        this._analysis = analysis;
        this._problem = null;
        this._freshness = 'current';
        this._changed.emit();
      }
    } catch (error) {
      if (turn === this._turn && !this.isDisposed) {
        this._problem = asProblem(error);
        this._freshness = this._analysis ? 'old' : 'none';
        this._changed.emit();
        this._retry.invoke().catch(() => undefined);
      }
    }
  }

  dispose(): void {
    this._debouncer.dispose();
    this._retry.dispose();
    Signal.clearData(this);
  }

  private readonly _debouncer: Debouncer;
  private readonly _retry: Debouncer;
  private readonly _changed = new Signal<this, void>(this);
  private _analysis: Analysis | null = null;
  private _freshness: Freshness = 'none';
  private _problem: IProblem | null = null;
  private _turn = 0;
}
