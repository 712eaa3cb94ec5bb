/** One run under review: its steps, the one that is looked at, and what that one left. */
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import type { AttemptInfo, Manifest, Run, StepRun } from '../api/_generated';
import { asProblem } from '../api/problem';
import { repairFailed } from '../runs/earlier';
import { isLive } from '../runs/model';
import type { IReviewApi, IRunRef, IStepRef } from '../runs/tokens';
import { Turn } from '../runs/turn';
import { failedStep, nameOf } from '../runs/words';
import type { IProblem, IPromoteApi } from '../tokens';
import { type Facet, facetsOf, type IFacets, NOTHING } from './left';

export namespace ReviewModel {
  export interface IOptions {
    run: IRunRef;
    api: IPromoteApi;
    review: IReviewApi;
    /** Milliseconds between two looks while the run is live. */
    interval: number;
  }
}

export class ReviewModel implements IDisposable {
  constructor(private readonly _options: ReviewModel.IOptions) {
    this._turn = new Turn(() => this._changed.emit());
    this._poll = new Poll({
      name: 'jupyterlab-promote:review',
      auto: true,
      factory: () => this._load(),
      frequency: { interval: _options.interval, backoff: true, max: 60_000 },
      // What has ended changes only when somebody acts, and then it is asked for.
      standby: () => (this._run && !isLive(this._run) ? true : 'when-hidden')
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Emits when a step ended since the last look. */
  get advanced(): ISignal<this, void> {
    return this._advanced;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** null until the server answered for the first time. */
  get run(): Run | null {
    return this._run;
  }

  /** The step that is looked at. */
  get step(): StepRun | null {
    const steps = this._run?.steps ?? [];
    return steps.find(step => nameOf(step) === this._name) ?? null;
  }

  get facet(): Facet | null {
    return this._facet;
  }

  get facets(): IFacets {
    return this._facets;
  }

  /** The attempts of the step that is looked at, oldest first. */
  get attempts(): readonly AttemptInfo[] {
    const { step } = this;
    return this._attempts
      .filter(one => one.step === step?.step && one.map_index === step.mapIndex)
      .sort((one, other) => one.attempt - other.attempt);
  }

  /** The attempt that is looked at: the one that was chosen, else the latest. */
  get attempt(): AttemptInfo | null {
    const { attempts } = this;
    const chosen = attempts.find(one => one.attempt === this._attempt);
    return chosen ?? attempts[attempts.length - 1] ?? null;
  }

  get busy(): boolean {
    return this._turn.busy;
  }

  get problem(): IProblem | null {
    return this._turn.problem ?? this._unread;
  }

  /** Ids of a step's cells, in the notebook's order. */
  cellsOf(step: string): readonly string[] {
    const found = this._manifest?.steps.find(one => one.name === step);
    return found?.cells ?? [];
  }

  /** Look at a step, by its name with the item. */
  choose(name: string): void {
    this._name = name;
    this._attempt = 0;
    this._reset();
  }

  chooseAttempt(attempt: number): void {
    this._attempt = attempt;
    this._reset();
  }

  /** Show something of the step; null shows nothing. */
  show(facet: Facet | null): void {
    this._facet = facet;
    this._reset();
  }

  /** Gives why it has to begin at an earlier step; null where it does not, or where it was refused. */
  async repair(): Promise<IProblem | null> {
    const run = this._run;
    const problem =
      run && (await this._turn.act(() => repairFailed(this._options.api, run)));
    await this.refresh().catch(() => undefined);
    return problem;
  }

  /** Where the browser gets a file from that the chosen attempt wrote. */
  fileUrl(path: string): string {
    const place = this._place();
    return place ? this._options.review.fileUrl(place, path) : '';
  }

  /** Where the last copy of a file went to; empty before there is one. */
  get copied(): string {
    return this._copied;
  }

  async copyFile(path: string): Promise<void> {
    const place = this._place();
    if (place) {
      const made = await this._turn.act(() =>
        this._options.review.copyFile(place, path)
      );
      this._copied = made?.path ?? '';
      this._changed.emit();
    }
  }

  async refresh(): Promise<void> {
    await this._load();
    await this._poll.refresh();
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._poll.dispose();
      Signal.clearData(this);
    }
  }

  private async _load(): Promise<void> {
    const { review, run: place } = this._options;
    try {
      const [run, attempts] = await Promise.all([
        review.run(place),
        review.attempts(place)
      ]);
      const before = this._run === null ? null : ended(this._run);
      this._run = run;
      this._attempts = attempts;
      this._unread = null;
      if (this._name === '') {
        const first = failedStep(run) ?? run.steps[0];
        this._name = first ? nameOf(first) : '';
      }
      if (before !== null && before !== ended(run)) {
        this._advanced.emit();
      }
      if (this._manifest === null && run.versionId) {
        this._manifest = await review.manifest(place.dagId, run.versionId);
      }
    } catch (error) {
      this._unread = asProblem(error);
      throw error;
    } finally {
      this._changed.emit();
    }
  }

  private _reset(): void {
    this._facets = NOTHING;
    this._copied = '';
    this._changed.emit();
    void this._loadFacet();
  }

  private async _loadFacet(): Promise<void> {
    const place = this._place();
    const facet = this._facet;
    if (place === null || facet === null) {
      return;
    }
    const { review } = this._options;
    const turn = ++this._facetTurn;
    try {
      const found = await facetsOf(place, facet, review);
      if (turn === this._facetTurn) {
        this._facets = found;
      }
    } catch (error) {
      this._unread = asProblem(error);
    }
    this._changed.emit();
  }

  /** The attempt that is looked at, as the server names it; null before a step is chosen. */
  private _place(): IStepRef | null {
    const { step, attempt } = this;
    return step === null
      ? null
      : {
          ...this._options.run,
          step: step.step,
          mapIndex: step.mapIndex,
          ...(attempt === null ? {} : { attempt: attempt.attempt })
        };
  }

  private readonly _poll: Poll;
  private readonly _turn: Turn;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _advanced = new Signal<this, void>(this);
  private _run: Run | null = null;
  private _attempts: readonly AttemptInfo[] = [];
  private _manifest: Manifest | null = null;
  private _unread: IProblem | null = null;
  private _name = '';
  private _attempt = 0;
  private _facet: Facet | null = null;
  private _facets: IFacets = NOTHING;
  private _facetTurn = 0;
  private _copied = '';
}

function ended(run: Run): string {
  return run.steps.map(step => (isLive(step) ? '' : step.state)).join(' ');
}
