// Words for those who listen: the newest ones, but at most every two seconds.
import { useEffect, useRef, useState } from 'react';

const EVERY_MS = 2000;

export function useCalm(words: string): string {
  const [said, setSaid] = useState('');
  const last = useRef(0);
  useEffect(() => {
    if (words === '') return;
    const wait = Math.max(0, last.current + EVERY_MS - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      setSaid(words);
    }, wait);
    return () => clearTimeout(timer);
  }, [words]);
  return said;
}
