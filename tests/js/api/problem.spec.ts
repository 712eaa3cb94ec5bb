import { asProblem, problemFrom } from '../../../labextension/src/api/problem';

describe('problems', () => {
  it('take over what the server says', () => {
    const body = {
      code: 'name_taken',
      message: 'Taken.',
      hint: 'Choose another.',
      fields: { free: 'churn-2' }
    };
    expect({ ...problemFrom(body, 409), ...body }).toMatchObject(body);
    expect(problemFrom(body, 409).fields).toEqual({ free: 'churn-2' });
  });

  it('give the status of a page that is no problem JSON', () => {
    const problem = problemFrom('<html>', 502);
    expect([problem.code, problem.message]).toEqual([
      'http_502',
      'The server answered with status 502.'
    ]);
  });

  it('are made of anything that was thrown', () => {
    expect(asProblem(new Error('no')).message).toBe('no');
    expect(asProblem('x').message).toBe('x');
  });
});
