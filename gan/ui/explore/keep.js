// @ts-check
// Hands a file that came as a value, {name, address}, to the browser's downloads.
import { save } from "../shared.js";

/** @param {Given} given */
export default function keep({ props, watch }) {
  function hand() {
    if (!props.value) return;
    save(props.value.address, props.value.name);
    props.value = null; // so that the same file can be saved again
  }

  watch("value", hand);
  hand(); // what came before this script
}
