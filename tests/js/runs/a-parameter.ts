/** A parameter of a pipeline, as the server tells of it. */
import type { Parameter } from '../../../labextension/src/api/_generated';

export const parameter = (
  name: string,
  type: Parameter['type'],
  own: Partial<Parameter> = {}
): Parameter => ({
  name,
  type,
  default: null,
  required: false,
  optional: false,
  choices: [],
  help: '',
  binding: null,
  place: { cell: null, cell_index: null, line: null },
  ...own
});
