/** People, and their sign-ins. */
import { defineOperation } from "../operation.ts";
import * as schema from "../schemas/access.ts";

export const getMe = defineOperation({
  method: "get",
  path: "/api/auth/me",
  tag: "Access",
  summary: "Who the caller is, and what it may do.",
  answers: { 200: { description: "The caller.", schema: schema.Me } },
});

export const changePassword = defineOperation({
  method: "post",
  path: "/api/auth/password",
  tag: "Access",
  summary: "Change one's own password. Every other sign-in of the person ends.",
  body: schema.PasswordRequest,
  answers: { 200: { description: "Changed.", schema: schema.Done } },
  faults: [409],
});

export const signOut = defineOperation({
  method: "post",
  path: "/api/auth/sign-out",
  tag: "Access",
  summary: "End the sign-in that the token belongs to; its refresh token too.",
  answers: { 200: { description: "Signed out.", schema: schema.Done } },
  faults: [404],
});

export const listAuthSessions = defineOperation({
  method: "get",
  path: "/api/auth/sessions",
  tag: "Access",
  summary: "Sign-ins, newest first: one's own, or as an admin anybody's.",
  query: schema.AuthSessionsQuery,
  answers: { 200: { description: "A page of sign-ins.", schema: schema.AuthSessionList } },
});

export const endAuthSession = defineOperation({
  method: "delete",
  path: "/api/auth/sessions/:session",
  tag: "Access",
  summary: "End a sign-in: one's own, or as an admin anybody's. Within seconds its tokens are worth nothing.",
  params: schema.SessionParam,
  answers: { 200: { description: "Ended.", schema: schema.Done } },
  faults: [404],
});

export const listUsers = defineOperation({
  method: "get",
  path: "/api/auth/users",
  tag: "Access",
  summary: "Users by name. Accounts of the service's secrets are not among them.",
  query: schema.UsersQuery,
  answers: { 200: { description: "A page of users.", schema: schema.UserList } },
});

export const createUser = defineOperation({
  method: "post",
  path: "/api/auth/users",
  tag: "Access",
  summary: "Create a user.",
  body: schema.NewUserRequest,
  answers: { 201: { description: "Created.", schema: schema.User } },
  faults: [409],
});

export const getUser = defineOperation({
  method: "get",
  path: "/api/auth/users/:username",
  tag: "Access",
  summary: "One user.",
  params: schema.UsernameParam,
  answers: { 200: { description: "The user.", schema: schema.User } },
  faults: [404],
});

export const changeUser = defineOperation({
  method: "patch",
  path: "/api/auth/users/:username",
  tag: "Access",
  summary: "Change a user's role or password, disable or enable it. The user's sign-ins end.",
  params: schema.UsernameParam,
  body: schema.UserChangeRequest,
  answers: { 200: { description: "Changed.", schema: schema.User } },
  faults: [404, 409],
});
