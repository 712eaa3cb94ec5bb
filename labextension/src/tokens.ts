/** What the parts of the extension give each other, and other extensions may use. */
import type { INotebookModel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type {
  Analysis,
  AttemptInfo,
  ClusterOffer,
  Connection,
  HeadEntry,
  Operation,
  PublishRequest,
  PublishState,
  RollbackRequest,
  Run,
  SchedulePreview,
  TrialRequest,
  VersionDiff,
  VersionInfo
} from './api/_generated';

/** Why something could not be done and what to do next. */
export interface IProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type ShownState = Run['state'];

/** A notebook as the file holds it. */
export type NotebookContent = ReturnType<
  INotebookModel['sharedModel']['toJSON']
>;

/** The notebook as it is in the browser now. */
export interface INotebookNow {
  readonly path: string;
  readonly notebook: NotebookContent;
}

/** What to publish and the answers to the questions that an earlier try ended with. */
export type PublishWish = INotebookNow &
  Partial<Omit<PublishRequest, keyof INotebookNow>>;

/** An earlier version that is to serve again, after the one that a person saw serving. */
export type RollbackWish = Omit<RollbackRequest, 'message'>;

/** What to try before it is published. */
export type TrialWish = INotebookNow &
  Pick<TrialRequest, 'kind'> &
  Partial<Pick<TrialRequest, 'until'>> & {
    readonly parameters?: Readonly<Record<string, unknown>>;
  };

/** Everything that the browser asks of the server. */
export interface IPromoteApi {
  connection(): Promise<Connection>;
  /** Do the one thing that the connection offers. */
  connect(): Promise<Connection>;
  analyse(request: INotebookNow): Promise<Analysis>;
  schedulePreview(cron: string, timezone: string): Promise<SchedulePreview>;
  publish(request: PublishWish): Promise<Operation>;
  operation(id: string): Promise<Operation>;
  /** End an operation before its next stage. */
  cancelOperation(id: string): Promise<void>;
  /** Run or verify the notebook as it is shown, where the Jupyter server is. */
  tryOut(request: TrialWish): Promise<Operation>;
  /** What the largest Ray node has. */
  cluster(): Promise<ClusterOffer>;
  publishState(request: INotebookNow): Promise<PublishState>;
  runs(dagId: string, limit: number): Promise<readonly Run[]>;
  trigger(
    dagId: string,
    parameters: Readonly<Record<string, unknown>>
  ): Promise<Run>;
  /** Something was done: everything that shows state looks again. */
  lookAgain(): void;
  cancel(run: Run): Promise<void>;
  /** How the steps of a run ended, with the time that each cell took. */
  attempts(run: Run): Promise<readonly AttemptInfo[]>;
  repair(run: Run): Promise<void>;
  setPaused(dagId: string, paused: boolean): Promise<void>;
  versions(dagId: string): Promise<readonly VersionInfo[]>;
  /** What changed from a version to another. */
  versionDiff(
    dagId: string,
    older: string,
    newer: string
  ): Promise<VersionDiff>;
  /** Gives what serves then. */
  rollBack(dagId: string, wish: RollbackWish): Promise<HeadEntry>;
  /** Emits when the server saw a run, an operation or the connection change. */
  readonly changed: ISignal<IPromoteApi, void>;
}

export const IPromoteApi = new Token<IPromoteApi>(
  'jupyterlab-promote:IPromoteApi',
  'The server extension of jupyterlab-promote.'
);
