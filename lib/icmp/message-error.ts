export { MessageError } from "../errors/index.js";
