/** What the pages about runs are given: the server's side of them. */
import { Token } from '@lumino/coreutils';
import type {
  AttemptInfo,
  Backfill,
  BackfillRequest,
  Comparison,
  CopiedFile,
  DebugPlan,
  Failure,
  Manifest,
  PipelineRow,
  Preview,
  Run,
  RunPage
} from '../api/_generated';

/** Which run. */
export interface IRunRef {
  readonly dagId: string;
  readonly runId: string;
}

/** Which attempt of which step; the latest where none is named. */
export interface IStepRef extends IRunRef {
  readonly step: string;
  /** -1 for a step that is not mapped. */
  readonly mapIndex: number;
  readonly attempt?: number;
}

/** Which runs are wanted; all states and kinds where none is named. */
export interface IRunsWish {
  readonly limit: number;
  readonly offset: number;
  /** Airflow's states of runs. */
  readonly states: readonly string[];
  /** Airflow's types of runs. */
  readonly kinds: readonly string[];
}

/** What runs again. */
export interface IRepairWish {
  /** With the code that is published now, or with the run's own. */
  readonly version: 'latest' | 'same';
  /** Where it begins; at what failed where it is empty. */
  readonly step: string;
}

/** What the pages about runs ask of the server. */
export interface IReviewApi {
  overview(): Promise<readonly PipelineRow[]>;
  /** Failed runs of the user's own pipelines, newest first. */
  failures(): Promise<readonly Failure[]>;
  runPage(dagId: string, wish: IRunsWish): Promise<RunPage>;
  run(run: IRunRef): Promise<Run>;
  manifest(dagId: string, version: string): Promise<Manifest>;
  /** Nothing is started without `confirm`. */
  backfill(dagId: string, request: BackfillRequest): Promise<Backfill>;
  unpublish(dagId: string, revision: number): Promise<void>;
  repair(run: IRunRef, wish: IRepairWish): Promise<void>;
  attempts(run: IRunRef): Promise<readonly AttemptInfo[]>;
  previews(step: IStepRef): Promise<readonly Preview[]>;
  /** Airflow's log of the attempt. */
  log(step: IStepRef): Promise<string>;
  /** Where the browser gets a file from that the step wrote. */
  fileUrl(step: IStepRef, path: string): string;
  /** Put a copy of such a file beside the source notebook. */
  copyFile(step: IStepRef, path: string): Promise<CopiedFile>;
  /** `source`, `previous`, `success`, `weekday`, or the id of a run. */
  compare(run: IRunRef, other: string): Promise<Comparison>;
  /** Nothing is written without `confirm`. */
  debug(step: IStepRef, confirm: boolean): Promise<DebugPlan>;
}

export const IReviewApi = new Token<IReviewApi>(
  'jupyterlab-promote:IReviewApi',
  'Runs, failures, comparisons and debug notebooks of the server extension.'
);
