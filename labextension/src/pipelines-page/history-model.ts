/** The runs of one pipeline, page by page, with all that can be done with them. */
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type {
  Backfill,
  BackfillRequest,
  Manifest,
  Run,
  RunPage,
  VersionDiff,
  VersionInfo
} from '../api/_generated';
import { asProblem } from '../api/problem';
import type { IProblem, IPromoteApi } from '../tokens';
import type { IWayBack } from '../runs/confirm';
import { repairFailed } from '../runs/earlier';
import { Looking } from '../runs/looking';
import type { IReviewApi, IRunsWish } from '../runs/tokens';
import { Turn } from '../runs/turn';

export const RUNS_PER_PAGE = 25;

export namespace HistoryModel {
  export interface IOptions {
    dagId: string;
    api: IPromoteApi;
    review: IReviewApi;
    /** Milliseconds between two looks. */
    interval: number;
    /** Whether somebody can see it now. */
    shown: () => boolean;
    /** The run to begin with; the newest one where none is named. */
    runId?: string;
  }
}

export class HistoryModel implements IDisposable {
  constructor(private readonly _options: HistoryModel.IOptions) {
    this._chosen = _options.runId ?? null;
    this._turn = new Turn(() => this._changed.emit());
    this._looking = new Looking({
      ..._options,
      name: 'history',
      load: () => this._load()
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._looking.isDisposed;
  }

  get dagId(): string {
    return this._options.dagId;
  }

  /** null until the server answered for the first time. */
  get page(): RunPage | null {
    return this._page;
  }

  get wish(): IRunsWish {
    return this._wish;
  }

  /** Whether only some of the runs are asked for. */
  get isFiltered(): boolean {
    return this._wish.states.length + this._wish.kinds.length > 0;
  }

  /** What serves now; null until it is known. */
  get manifest(): Manifest | null {
    return this._manifest;
  }

  get versions(): readonly VersionInfo[] {
    return this._versions;
  }

  get serving(): VersionInfo | null {
    return this._versions.find(version => version.current) ?? null;
  }

  get busy(): boolean {
    return this._turn.busy;
  }

  /** Why the runs cannot be shown, or why the last action was refused. */
  get problem(): IProblem | null {
    return this._turn.problem ?? this._unread ?? this._missing;
  }

  /** The run that is looked at. */
  get run(): Run | null {
    const runs = this._page?.runs ?? [];
    const chosen = runs.find(run => run.runId === this._chosen);
    return chosen ?? this._away ?? runs[0] ?? null;
  }

  choose(runId: string): void {
    this._chosen = runId;
    this._away = null;
    this._missing = null;
    this._changed.emit();
  }

  /** Look at other runs. */
  want(wish: Partial<IRunsWish>): void {
    this._wish = { ...this._wish, offset: 0, ...wish };
    this._changed.emit();
    this.refresh().catch(() => undefined);
  }

  async refresh(): Promise<void> {
    await this._looking.refresh();
  }

  async trigger(parameters: Readonly<Record<string, unknown>>): Promise<void> {
    const made = await this._act(() =>
      this._options.api.trigger(this.dagId, parameters)
    );
    if (made) {
      this.choose(made.runId);
    }
  }

  async cancel(run: Run): Promise<void> {
    await this._act(() => this._options.api.cancel(run));
  }

  repair(run: Run): Promise<IProblem | null> {
    return this._act(() => repairFailed(this._options.api, run));
  }

  async setPaused(paused: boolean): Promise<void> {
    await this._act(() => this._options.api.setPaused(this.dagId, paused));
  }

  wayBack({
    version
  }: Pick<VersionInfo, 'version'>): Promise<VersionDiff | null> {
    return this._act(() =>
      this._options.api.versionDiff(this.dagId, 'current', version)
    );
  }

  async rollBack(
    { version }: Pick<VersionInfo, 'version'>,
    { codeOnly }: IWayBack
  ): Promise<void> {
    const revision = this.serving?.revision ?? 0;
    await this._act(() =>
      this._options.api.rollBack(this.dagId, {
        version,
        expected_revision: revision,
        code_only: codeOnly
      })
    );
    await this.loadVersions();
  }

  async unpublish(): Promise<void> {
    const revision = this.serving?.revision ?? 0;
    await this._act(() => this._options.review.unpublish(this.dagId, revision));
    await this.loadVersions();
  }

  /** The dates that would run, or that run now. */
  backfill(request: BackfillRequest): Promise<Backfill | null> {
    return this._act(() => this._options.review.backfill(this.dagId, request));
  }

  async loadVersions(): Promise<void> {
    await this._turn.act(() => this._loadPublished());
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._looking.dispose();
      Signal.clearData(this);
    }
  }

  private async _act<T>(action: () => Promise<T>): Promise<T | null> {
    const done = await this._turn.act(action);
    this._options.api.lookAgain();
    await this.refresh().catch(() => undefined);
    return done;
  }

  private async _load(): Promise<void> {
    const { review } = this._options;
    try {
      this._page = await review.runPage(this.dagId, this._wish);
      if (this._manifest === null) {
        await this._loadPublished();
      }
      await this._loadAway(this._page.runs);
      this._unread = null;
    } catch (error) {
      this._unread = asProblem(error);
      throw error;
    } finally {
      this._changed.emit();
    }
  }

  /** The run of a link may be older than the page. */
  private async _loadAway(runs: readonly Run[]): Promise<void> {
    const runId = this._chosen;
    const isHere = runs.some(run => run.runId === runId);
    if (runId === null || isHere) {
      this._away = null;
      return;
    }
    try {
      this._away = await this._options.review.run({
        dagId: this.dagId,
        runId
      });
    } catch (error) {
      const problem = asProblem(error);
      if (problem.code !== 'not_found') {
        throw error;
      }
      // It is said once, and not asked for again.
      this._missing = problem;
      this._chosen = null;
      this._away = null;
    }
  }

  private async _loadPublished(): Promise<void> {
    const { api, review } = this._options;
    this._versions = await api.versions(this.dagId);
    const { serving } = this;
    this._manifest = serving
      ? await review.manifest(this.dagId, serving.version)
      : null;
  }

  private readonly _looking: Looking;
  private readonly _turn: Turn;
  private readonly _changed = new Signal<this, void>(this);
  private _wish: IRunsWish = {
    limit: RUNS_PER_PAGE,
    offset: 0,
    states: [],
    kinds: []
  };
  private _page: RunPage | null = null;
  private _versions: readonly VersionInfo[] = [];
  private _manifest: Manifest | null = null;
  private _unread: IProblem | null = null;
  private _chosen: string | null;
  private _away: Run | null = null;
  /** That the run of a link is not there. */
  private _missing: IProblem | null = null;
}
