/** All pipelines, as the Pipelines page shows them: a slow poll is the truth, events make it quick. */
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { PipelineRow } from '../api/_generated';
import { asProblem } from '../api/problem';
import type { IProblem, IPromoteApi } from '../tokens';
import { Looking } from '../runs/looking';
import type { IReviewApi } from '../runs/tokens';

export const ROWS_PER_PAGE = 25;

/** Which pipelines are listed. */
export type Only = 'all' | 'failed' | 'live' | 'paused' | 'unpublished';

export namespace OverviewModel {
  export interface IOptions {
    api: IPromoteApi;
    review: IReviewApi;
    /** Milliseconds between two looks. */
    interval: number;
    /** Whether somebody can see it now. */
    shown: () => boolean;
  }
}

export class OverviewModel implements IDisposable {
  constructor(private readonly _options: OverviewModel.IOptions) {
    this._looking = new Looking({
      ..._options,
      name: 'overview',
      load: () => this._load()
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._looking.isDisposed;
  }

  /** null until the server answered for the first time. */
  get rows(): readonly PipelineRow[] | null {
    return this._rows;
  }

  /** Whether another pipeline has the same name. */
  sharesName({ dagId, name }: PipelineRow): boolean {
    return (
      this._rows?.some(row => row.name === name && row.dagId !== dagId) ?? false
    );
  }

  get problem(): IProblem | null {
    return this._problem;
  }

  get text(): string {
    return this._text;
  }

  set text(text: string) {
    this._text = text;
    this._page = 0;
    this._changed.emit();
  }

  get only(): Only {
    return this._only;
  }

  set only(only: Only) {
    this._only = only;
    this._page = 0;
    this._changed.emit();
  }

  /** The rows that fit the filter. */
  get found(): readonly PipelineRow[] {
    return (this._rows ?? []).filter(row => fits(row, this._text, this._only));
  }

  /** Index of the first row of the page that is shown. */
  get offset(): number {
    return this._page * ROWS_PER_PAGE;
  }

  turn(pages: number): void {
    this._page = Math.max(0, this._page + pages);
    this._changed.emit();
  }

  row(dagId: string): PipelineRow | null {
    return this._rows?.find(row => row.dagId === dagId) ?? null;
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
    try {
      this._rows = await this._options.review.overview();
      this._problem = null;
    } catch (error) {
      this._problem = asProblem(error);
      throw error;
    } finally {
      this._changed.emit();
    }
  }

  private readonly _looking: Looking;
  private readonly _changed = new Signal<this, void>(this);
  private _rows: readonly PipelineRow[] | null = null;
  private _problem: IProblem | null = null;
  private _text = '';
  private _only: Only = 'all';
  private _page = 0;
}

function fits(row: PipelineRow, text: string, only: Only): boolean {
  const wanted = text.trim().toLowerCase();
  const known = `${row.name} ${row.dagId} ${row.path} ${row.by}`.toLowerCase();
  const newest = row.lastRuns[0]?.state;
  return (
    known.includes(wanted) &&
    (only === 'all' ||
      (only === 'failed' && newest === 'failed') ||
      (only === 'live' && (newest === 'running' || newest === 'queued')) ||
      (only === 'paused' && row.paused === true && !row.retired) ||
      (only === 'unpublished' && row.retired))
  );
}
