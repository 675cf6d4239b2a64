// When what was tried on the runs is asked for: once they have stood for a while, so that no picture waits for it.

const CALM = 400; // ms

/** @param {(question: {token: string}) => void} ask */
export function createAsking(ask) {
  let asked = "";
  let timer = 0;

  function stop() {
    clearTimeout(timer);
    timer = 0;
  }

  return {
    /** Ask for what was tried on the runs that are known by `token`, unless others come. @param {string} token */
    soon(token) {
      stop();
      if (token === asked) return;
      timer = window.setTimeout(() => {
        asked = token;
        ask({ token });
      }, CALM);
    },
    stop,
  };
}
