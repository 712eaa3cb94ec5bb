/** Publishing one notebook: what is published of it, the operation that runs, how it ended. */
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';
import { asProblem, problemFrom, PromoteProblem } from '../api/problem';
import type { PipelineModel } from '../pipeline/model';
import type { RunsModel } from '../runs/model';
import type { Operation, PublishState, VersionDiff } from '../api/_generated';
import type { IProblem, IPromoteApi, PublishWish } from '../tokens';

const LOOK_EVERY_MS = 300;
const STATE_DELAY_MS = 800;

export namespace PublishModel {
  export interface IOptions {
    pipeline: PipelineModel;
    runs: RunsModel;
    api: IPromoteApi;
  }
}

export class PublishModel implements IDisposable {
  constructor(options: PublishModel.IOptions) {
    this._pipeline = options.pipeline;
    this._runs = options.runs;
    this._api = options.api;
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

  get operation(): Operation | null {
    return this._operation;
  }

  get problem(): IProblem | null {
    return this._problem ?? this._failure;
  }

  /** Why the operation did not come to its end. */
  private get _failure(): IProblem | null {
    if (this._operation?.problem) {
      return problemFrom(this._operation.problem, 0);
    }
    return this._operation?.state === 'interrupted'
      ? new PromoteProblem('interrupted', 'The Jupyter server was restarted.')
      : null;
  }

  get busy(): boolean {
    return this._busy;
  }

  /** Save the notebook and publish what is shown; publishing a second time meanwhile does nothing. */
  async publish(wish: Partial<PublishWish> = {}): Promise<void> {
    if (this._busy) {
      return;
    }
    this._busy = true;
    this._problem = null;
    this._operation = null;
    this._changed.emit();
    try {
      await this._pipeline.save();
      const operation = await this._api.publish({
        ...wish,
        path: this._pipeline.path
      });
      await this._watch(operation);
      if (this.problem) {
        // Somebody else may have published: what publishing would change is another thing now.
        await this._loadState();
      }
    } catch (error) {
      this._problem = asProblem(error);
    } finally {
      this._busy = false;
      this._changed.emit();
    }
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
    let operation = first;
    while (operation.state === 'running' && !this.isDisposed) {
      this._operation = operation;
      this._changed.emit();
      await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS));
      operation = await this._api.operation(operation.id);
    }
    this._operation = operation;
    if (operation.state === 'done') {
      // The server wrote the identity into the saved file; the open notebook takes it from there.
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
    } catch (error) {
      this._state = null;
      this._problem = asProblem(error);
    }
    this._changed.emit();
  }

  private readonly _pipeline: PipelineModel;
  private readonly _runs: RunsModel;
  private readonly _api: IPromoteApi;
  private readonly _debouncer: Debouncer;
  private readonly _changed = new Signal<this, void>(this);
  private _state: PublishState | null = null;
  private _operation: Operation | null = null;
  private _problem: IProblem | null = null;
  private _busy = false;
}
