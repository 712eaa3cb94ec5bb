/** The runs of one notebook's pipeline: a slow poll is the truth, events make it quick. */
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';
import type { Run, VersionDiff, VersionInfo } from '../api/_generated';
import { asProblem } from '../api/problem';
import type { PipelineModel } from '../pipeline/model';
import type { IProblem, IPromoteApi } from '../tokens';
import type { IWayBack } from './confirm';
import { repairFailed } from './earlier';
import { Looking } from './looking';
import { Turn } from './turn';

const SHOWN_RUNS = 10;

/** Whether a run may still change. */
export function isLive(run: Pick<Run, 'state'>): boolean {
  return ['queued', 'waiting', 'running'].includes(run.state);
}

export namespace RunsModel {
  export interface IOptions {
    pipeline: PipelineModel;
    api: IPromoteApi;
    /** Milliseconds between two looks. */
    interval: number;
  }
}

export class RunsModel implements IDisposable {
  constructor(options: RunsModel.IOptions) {
    this._pipeline = options.pipeline;
    this._api = options.api;
    this._looking = new Looking({
      ...options,
      name: 'runs',
      load: () => this._load()
    });
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._looking.isDisposed;
  }

  /** Newest first. */
  get runs(): readonly Run[] {
    return this._runs;
  }

  /** Whether the runs are known; before that, none does not mean that there is none. */
  get isKnown(): boolean {
    return this._isKnown;
  }

  get versions(): readonly VersionInfo[] {
    return this._versions;
  }

  /** Why the runs cannot be shown, or why the last action was refused. */
  get problem(): IProblem | null {
    return this._turn.problem ?? this._unread;
  }

  /** Why the last action was refused; null where it was not. */
  get refused(): IProblem | null {
    return this._turn.problem;
  }

  get busy(): boolean {
    return this._turn.busy;
  }

  async refresh(): Promise<void> {
    await this._looking.refresh();
  }

  /** The run that was started here last; empty before. */
  get startedRun(): string {
    return this._startedRun;
  }

  async trigger(parameters: Readonly<Record<string, unknown>>): Promise<void> {
    await this._act(async dagId => {
      this._startedRun = (await this._api.trigger(dagId, parameters)).runId;
    });
  }

  async cancel(run: Run): Promise<void> {
    await this._act(() => this._api.cancel(run));
  }

  repair(run: Run): Promise<IProblem | null> {
    return this._act(() => repairFailed(this._api, run));
  }

  wayBack({
    version
  }: Pick<VersionInfo, 'version'>): Promise<VersionDiff | null> {
    return this._act(dagId => this._api.versionDiff(dagId, 'current', version));
  }

  async rollBack(
    { version }: Pick<VersionInfo, 'version'>,
    { codeOnly }: IWayBack
  ): Promise<void> {
    const known = this._pipeline.published?.revision ?? 0;
    // What the list says, by which a person chooses.
    const serving = this._versions.find(one => one.current)?.revision ?? known;
    await this._act(async dagId => {
      const serves = await this._api.rollBack(dagId, {
        version,
        expected_revision: serving,
        code_only: codeOnly
      });
      const { published } = this._pipeline;
      if (published && known === serving) {
        // Nobody else published meanwhile: the notebook is what changed since the version that serves now.
        this._pipeline.set(['published'], {
          ...published,
          version: serves.version,
          revision: serves.revision
        });
      }
      this._versions = await this._api.versions(dagId);
      this._api.lookAgain();
    });
  }

  async loadVersions(): Promise<void> {
    await this._act(async dagId => {
      this._versions = await this._api.versions(dagId);
    });
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._looking.dispose();
      Signal.clearData(this);
    }
  }

  private async _load(): Promise<void> {
    const dagId = this._pipeline.published?.dag_id;
    if (dagId === undefined) {
      return;
    }
    try {
      this._runs = await this._api.runs(dagId, SHOWN_RUNS);
      this._unread = null;
      this._isKnown = true;
    } catch (error) {
      this._unread = asProblem(error);
      throw error;
    } finally {
      this._changed.emit();
    }
  }

  private async _act<T>(
    action: (dagId: string) => Promise<T>
  ): Promise<T | null> {
    const dagId = this._pipeline.published?.dag_id;
    if (dagId === undefined) {
      return null;
    }
    return this._turn.act(async () => {
      const given = await action(dagId);
      await this._load();
      return given;
    });
  }

  private readonly _pipeline: PipelineModel;
  private readonly _api: IPromoteApi;
  private readonly _looking: Looking;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _turn = new Turn(() => this._changed.emit());
  private _runs: readonly Run[] = [];
  private _versions: readonly VersionInfo[] = [];
  private _startedRun = '';
  private _isKnown = false;
  private _unread: IProblem | null = null;
}
