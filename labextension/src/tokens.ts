/** What the parts of the extension give each other, and other extensions may use. */
import type { INotebookModel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type {
  Analysis,
  Parameter,
  Published,
  Schedule,
  VersionInfo
} from './api/_generated';

/** Where Airflow and Ray stand, with the one thing that can be done about it. */
export interface IConnection {
  readonly state:
    | 'not_set_up'
    | 'starting'
    | 'connected'
    | 'sign_in'
    | 'read_only'
    | 'unreachable';
  /** One sentence. */
  readonly message: string;
  readonly user: string;
  /** Address of Airflow's own pages; empty where there are none. */
  readonly url: string;
  /** Runs only while this computer is on. */
  readonly embedded: boolean;
}

/** Work that the server does whether or not anybody watches. */
export interface IOperation {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed' | 'interrupted';
  readonly stages: readonly IStage[];
  /** The identity that a finished publish gave the notebook. */
  readonly published: Published | null;
  readonly problem: IProblem | null;
}

export interface IStage {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly message: string;
}

/** Why something could not be done and what to do next. */
export interface IProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The notebook beside what is published of it. */
export interface IPublishState {
  readonly state:
    | 'never_published'
    | 'up_to_date'
    | 'ahead'
    | 'behind'
    | 'diverged'
    | 'moved'
    | 'retired';
  readonly number: number | null;
  readonly paused: boolean;
  readonly pausedBy: string;
  readonly nextRun: string | null;
  readonly schedule: Schedule | null;
  readonly changes: readonly string[];
}

export type RunState =
  | 'queued'
  | 'waiting'
  | 'running'
  | 'cached'
  | 'success'
  | 'failed'
  | 'cancelled'
  | 'skipped'
  | 'upstream_failed';

/** One step of a run. */
export interface IStepRun {
  readonly step: string;
  readonly mapIndex: number;
  readonly state: RunState;
  readonly attempt: number;
  readonly seconds: number | null;
  /** Running cell k of n. */
  readonly cell: { readonly k: number; readonly n: number } | null;
  readonly message: string;
  readonly hint: string;
  /** Path of the executed notebook below the read-only drive; empty before there is one. */
  readonly notebook: string;
}

export interface IRun {
  readonly dagId: string;
  readonly runId: string;
  readonly state: RunState;
  readonly version: number | null;
  readonly startedBy: string;
  readonly started: string | null;
  readonly ended: string | null;
  readonly steps: readonly IStepRun[];
  /** Path of the whole executed notebook below the read-only drive; empty before there is one. */
  readonly whole: string;
}

/** What is published. */
export interface IPublishRequest {
  readonly path: string;
  readonly message: string;
  /** Answer to a question that an earlier try ended with. */
  readonly moved: boolean;
}

/** A notebook as the file holds it. */
export type NotebookContent = ReturnType<
  INotebookModel['sharedModel']['toJSON']
>;

/** The notebook as it is now. */
export interface INotebookRequest {
  readonly path: string;
  readonly notebook: NotebookContent;
}

/** Everything that the browser asks of the server. */
export interface IPromoteApi {
  connection(): Promise<IConnection>;
  /** Do the one thing that the connection offers. */
  connect(): Promise<IConnection>;
  analyse(request: INotebookRequest): Promise<Analysis>;
  publish(request: IPublishRequest): Promise<IOperation>;
  operation(id: string): Promise<IOperation>;
  publishState(
    request: INotebookRequest,
    published: Published
  ): Promise<IPublishState>;
  runs(dagId: string, limit: number): Promise<readonly IRun[]>;
  trigger(
    dagId: string,
    parameters: Readonly<Record<string, unknown>>
  ): Promise<IRun>;
  cancel(run: IRun): Promise<void>;
  repair(run: IRun): Promise<void>;
  setPaused(dagId: string, paused: boolean): Promise<void>;
  versions(dagId: string): Promise<readonly VersionInfo[]>;
  rollBack(dagId: string, version: string, revision: number): Promise<void>;
  /** Emits when the server saw a run, an operation or the connection change. */
  readonly changed: ISignal<IPromoteApi, void>;
}

export const IPromoteApi = new Token<IPromoteApi>(
  'jupyterlab-promote:IPromoteApi',
  'The server extension of jupyterlab-promote.'
);

export type { Analysis, Parameter };
