// @ts-check
// Hands a file that came as a value, {name, address}, to the browser's downloads. In scope: props, watch.
watch("value", () => {
  if (!props.value) return;
  const link = document.createElement("a");
  link.href = props.value.address;
  link.download = props.value.name;
  link.click();
  props.value = null; // so that the same file can be saved again
});
