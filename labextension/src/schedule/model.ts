/** Publishing one notebook: what is published of it, the operation that runs, how it ended. */
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import { asProblem, problemFrom } from '../api/problem';
import type { PipelineModel } from '../pipeline/model';
import type { RunsModel } from '../runs/model';
import type { Operation, PublishState, VersionDiff } from '../api/_generated';
import type { IProblem, IPromoteApi, PublishWish } from '../tokens';
import { Standing } from './standing';
import { interrupted, watch } from './watching';

const LOOK_EVERY_MS = 300;
const STATE_DELAY_MS = 800;

export namespace PublishModel {
  export interface IOptions {
    pipeline: PipelineModel;
    runs: RunsModel;
    api: IPromoteApi;
    /** Milliseconds between two looks at a publish that runs. */
    interval?: number;
  }
}

export class PublishModel implements IDisposable {
  constructor(options: PublishModel.IOptions) {
    this._pipeline = options.pipeline;
    this._runs = options.runs;
    this._api = options.api;
    this._interval = options.interval ?? LOOK_EVERY_MS;
    this._debouncer = new Debouncer(() => this._loadState(), STATE_DELAY_MS);
    this._pipeline.changed.connect(this._onPipeline, this);
    this._api.changed.connect(this._onPipeline, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._debouncer.isDisposed;
  }

  /** The notebook beside what is published; null before the first publish and while it is not known. */
  get state(): PublishState | null {
    return this._state;
  }

  /** It was published and is not any more: there is nothing to run or to switch on. */
  get isRetired(): boolean {
    return this._state?.state === 'retired';
  }

  get operation(): Operation | null {
    return this._operation;
  }

  get problem(): IProblem | null {
    return this._problem ?? this._failure;
  }

  /** Why it is not known what is published; `state` is then what was known last. */
  get unread(): IProblem | null {
    return this._unread;
  }

  /** Since when it is not known; null while it is. */
  get unreadSince(): Date | null {
    return this._unreadSince;
  }

  /** Why the operation did not come to its end. */
  private get _failure(): IProblem | null {
    if (this._operation?.problem) {
      return problemFrom(this._operation.problem, 0);
    }
    return this._operation?.state === 'interrupted'
      ? interrupted('Try again: it goes on where it ended.')
      : null;
  }

  get busy(): boolean {
    return this._busy;
  }

  /** Whether the server did not answer when it was asked last how far it is. */
  get away(): boolean {
    return this._away;
  }

  /** Save the notebook and publish what is shown; publishing a second time meanwhile does nothing. */
  async publish(wish: Partial<PublishWish> = {}): Promise<void> {
    if (this._busy) {
      return;
    }
    this._busy = true;
    this._wish = wish;
    this._problem = null;
    this._operation = null;
    this._changed.emit();
    try {
      await this._pipeline.save();
      // Not what was saved: where several people edit, the file may be a moment older or newer.
      const shown = this._pipeline.request();
      if (shown) {
        await this._watch(await this._api.publish({ ...wish, ...shown }));
      }
      if (this.problem) {
        // Somebody else may have published: what publishing would change is another thing now.
        this._standing.forget();
        await this._loadState();
      }
    } catch (error) {
      this._problem = asProblem(error);
    } finally {
      this._busy = false;
      this._changed.emit();
    }
  }

  /** Publish once more with what a refusal asked for; one refusal may follow another, and no answer is asked for twice. */
  answer(wish: Partial<PublishWish>): Promise<void> {
    return this.publish({ ...this._wish, ...wish });
  }

  /** What was published since the version that the notebook knows, up to another one. */
  meanwhile(version: string): Promise<VersionDiff> {
    const { published } = this._pipeline;
    return this._api.versionDiff(
      published?.dag_id ?? '',
      published?.version ?? '',
      version
    );
  }

  /** Ask again what is published. */
  async refresh(): Promise<void> {
    await this._loadState();
  }

  async setPaused(paused: boolean): Promise<void> {
    const dagId = this._pipeline.published?.dag_id;
    if (dagId === undefined) {
      return;
    }
    try {
      await this._api.setPaused(dagId, paused);
      await this._loadState();
    } catch (error) {
      this._problem = asProblem(error);
      this._changed.emit();
    }
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._debouncer.dispose();
      Signal.clearData(this);
    }
  }

  private async _watch(first: Operation): Promise<void> {
    this._operation = first;
    this._changed.emit();
    const operation = await watch(first, {
      api: this._api,
      interval: this._interval,
      given: () => this.isDisposed,
      seen: found => {
        this._away = found === null;
        this._operation = found ?? this._operation;
        this._changed.emit();
      }
    });
    if (operation.state === 'done') {
      // Only the open notebook is written to, so that nothing that others type meanwhile is lost.
      await this._adopt(operation);
      await this._loadState();
      await this._runs.refresh().catch(() => undefined);
    }
  }

  private async _adopt(operation: Operation): Promise<void> {
    const { published, publishedAs = {} } = operation;
    if (published) {
      this._pipeline.set(['published'], { ...published });
    }
    for (const [name, identity] of Object.entries(publishedAs)) {
      this._pipeline.set(['published_as', name], { ...identity });
    }
    await this._pipeline.save();
  }

  private _onPipeline(): void {
    this._debouncer.invoke().catch(() => undefined);
  }

  private async _loadState(): Promise<void> {
    const { published } = this._pipeline;
    const request = this._pipeline.request();
    if (!published || !request || this.isDisposed) {
      return;
    }
    try {
      this._state = await this._api.publishState(request);
      if (this._standing.settles(this._state, this.problem) && !this._busy) {
        this._problem = null;
        this._operation = null;
      }
      this._unread = null;
      this._unreadSince = null;
    } catch (error) {
      const problem = asProblem(error);
      // What blocks publishing is told by the findings.
      this._unread = problem.code === 'not_promotable' ? null : problem;
      this._unreadSince =
        this._unread === null ? null : (this._unreadSince ?? new Date());
    }
    this._changed.emit();
  }

  private readonly _pipeline: PipelineModel;
  private readonly _runs: RunsModel;
  private readonly _api: IPromoteApi;
  private readonly _interval: number;
  private readonly _debouncer: Debouncer;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _standing = new Standing();
  private _state: PublishState | null = null;
  private _operation: Operation | null = null;
  private _problem: IProblem | null = null;
  private _unread: IProblem | null = null;
  private _unreadSince: Date | null = null;
  private _wish: Partial<PublishWish> = {};
  private _busy = false;
  private _away = false;
}
