/** Where a copy comes from, as its metadata say. Pure. */

/** What made an executed, stitched or debug notebook. */
export interface IOrigin {
  readonly dagId: string;
  readonly runId: string;
  readonly step: string;
  /** Whether it is a debug notebook. */
  readonly debug: boolean;
  /** Id of the cell that failed; empty where none did. */
  readonly failedCell: string;
}

/** The origin in `metadata.derived_from`; null for a source notebook. */
export function originOf(value: unknown): IOrigin | null {
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const text = (key: string): string => {
    const found = fields.get(key);
    return typeof found === 'string' ? found : '';
  };
  return {
    dagId: text('dag_id'),
    runId: text('run_id'),
    step: text('step'),
    debug: fields.get('debug') === true,
    failedCell: text('failed_cell')
  };
}
