import type { Action } from "../world.ts";
import { addCustomAttributes } from "./add-custom-attributes.ts";
import { adminAddUserToGroup } from "./admin-add-user-to-group.ts";
import { adminConfirmSignUp } from "./admin-confirm-sign-up.ts";
import { adminCreateUser } from "./admin-create-user.ts";
import { adminDeleteUser } from "./admin-delete-user.ts";
import { adminDisableUser } from "./admin-disable-user.ts";
import { adminEnableUser } from "./admin-enable-user.ts";
import { adminGetUser } from "./admin-get-user.ts";
import { adminLinkProviderForUser } from "./admin-link-provider-for-user.ts";
import { adminListGroupsForUser } from "./admin-list-groups-for-user.ts";
import { adminRemoveUserFromGroup } from "./admin-remove-user-from-group.ts";
import { adminResetUserPassword } from "./admin-reset-user-password.ts";
import { adminSetUserPassword } from "./admin-set-user-password.ts";
import { adminUpdateUserAttributes } from "./admin-update-user-attributes.ts";
import { adminUserGlobalSignOut } from "./admin-user-global-sign-out.ts";
import { confirmForgotPassword } from "./confirm-forgot-password.ts";
import { confirmSignUp } from "./confirm-sign-up.ts";
import { createGroup } from "./create-group.ts";
import { createIdentityProvider } from "./create-identity-provider.ts";
import { createUserImportJob } from "./create-user-import-job.ts";
import { createUserPool } from "./create-user-pool.ts";
import { createUserPoolClient } from "./create-user-pool-client.ts";
import { deleteUserPool } from "./delete-user-pool.ts";
import { deleteUserPoolClient } from "./delete-user-pool-client.ts";
import { describeUserImportJob } from "./describe-user-import-job.ts";
import { describeUserPool } from "./describe-user-pool.ts";
import { describeUserPoolClient } from "./describe-user-pool-client.ts";
import { forgotPassword } from "./forgot-password.ts";
import { getCsvHeader } from "./get-csv-header.ts";
import { getUser } from "./get-user.ts";
import { adminInitiateAuth, initiateAuth } from "./initiate-auth.ts";
import { listGroups } from "./list-groups.ts";
import { listIdentityProviders } from "./list-identity-providers.ts";
import { listUserImportJobs } from "./list-user-import-jobs.ts";
import { listUserPoolClients } from "./list-user-pool-clients.ts";
import { listUserPools } from "./list-user-pools.ts";
import { listUsers } from "./list-users.ts";
import { resendConfirmationCode } from "./resend-confirmation-code.ts";
import { adminRespondToAuthChallenge, respondToAuthChallenge } from "./respond-to-auth-challenge.ts";
import { signUp } from "./sign-up.ts";
import { startUserImportJob } from "./start-user-import-job.ts";
import { stopUserImportJob } from "./stop-user-import-job.ts";
import { updateUserAttributes } from "./update-user-attributes.ts";
import { updateUserPool } from "./update-user-pool.ts";
import { updateUserPoolClient } from "./update-user-pool-client.ts";
import { verifyUserAttribute } from "./verify-user-attribute.ts";

/** Every action that the simulator has, by its name in `X-Amz-Target`. A map: no name leads to anything else. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ["AdminAddUserToGroup", adminAddUserToGroup],
  ["AdminLinkProviderForUser", adminLinkProviderForUser],
  ["AdminListGroupsForUser", adminListGroupsForUser],
  ["AdminRemoveUserFromGroup", adminRemoveUserFromGroup],
  ["CreateGroup", createGroup],
  ["CreateIdentityProvider", createIdentityProvider],
  ["CreateUserImportJob", createUserImportJob],
  ["DescribeUserImportJob", describeUserImportJob],
  ["GetCSVHeader", getCsvHeader],
  ["ListGroups", listGroups],
  ["ListIdentityProviders", listIdentityProviders],
  ["ListUserImportJobs", listUserImportJobs],
  ["StartUserImportJob", startUserImportJob],
  ["StopUserImportJob", stopUserImportJob],
  ["AddCustomAttributes", addCustomAttributes],
  ["AdminConfirmSignUp", adminConfirmSignUp],
  ["AdminCreateUser", adminCreateUser],
  ["AdminDeleteUser", adminDeleteUser],
  ["AdminDisableUser", adminDisableUser],
  ["AdminEnableUser", adminEnableUser],
  ["AdminGetUser", adminGetUser],
  ["AdminResetUserPassword", adminResetUserPassword],
  ["AdminSetUserPassword", adminSetUserPassword],
  ["AdminUpdateUserAttributes", adminUpdateUserAttributes],
  ["AdminUserGlobalSignOut", adminUserGlobalSignOut],
  ["ConfirmForgotPassword", confirmForgotPassword],
  ["ConfirmSignUp", confirmSignUp],
  ["CreateUserPoolClient", createUserPoolClient],
  ["CreateUserPool", createUserPool],
  ["DeleteUserPoolClient", deleteUserPoolClient],
  ["DeleteUserPool", deleteUserPool],
  ["DescribeUserPoolClient", describeUserPoolClient],
  ["DescribeUserPool", describeUserPool],
  ["ForgotPassword", forgotPassword],
  ["GetUser", getUser],
  ["InitiateAuth", initiateAuth],
  ["AdminInitiateAuth", adminInitiateAuth],
  ["ListUserPoolClients", listUserPoolClients],
  ["ListUserPools", listUserPools],
  ["ListUsers", listUsers],
  ["ResendConfirmationCode", resendConfirmationCode],
  ["RespondToAuthChallenge", respondToAuthChallenge],
  ["AdminRespondToAuthChallenge", adminRespondToAuthChallenge],
  ["SignUp", signUp],
  ["UpdateUserAttributes", updateUserAttributes],
  ["UpdateUserPoolClient", updateUserPoolClient],
  ["UpdateUserPool", updateUserPool],
  ["VerifyUserAttribute", verifyUserAttribute],
]);
