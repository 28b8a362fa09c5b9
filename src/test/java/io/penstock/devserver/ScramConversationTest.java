/*
 * Licensed under the Apache License, Version 2.0; see LICENSE and NOTICE at the root of this repository.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.penstock.devserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.security.sasl.SaslException;
import org.junit.jupiter.api.Test;

/** The exchange of RFC 7677, section 3, and what must not pass. */
class ScramConversationTest {
    private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String LAST = "c=biws,r=" + CLIENT_NONCE + SERVER_NONCE + ",p=";

    private final ScramCredentials pencil =
            ScramCredentials.of("pencil".toCharArray(), Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096);
    private final ScramConversation conversation =
            new ScramConversation(name -> name.equals("user") ? pencil : null, () -> SERVER_NONCE);

    @Test
    void theExchangeOfTheRfcSucceeds() throws SaslException {
        assertThat(first("n,,n=user,r=" + CLIENT_NONCE))
                .isEqualTo("r=" + CLIENT_NONCE + SERVER_NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        assertThat(last(LAST + "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
                .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        assertThat(conversation.user()).isEqualTo("user");
    }

    @Test
    void aWrongProofFails() throws SaslException {
        first("n,,n=user,r=" + CLIENT_NONCE);
        assertThatThrownBy(() -> last(LAST + "eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
                .isInstanceOf(SaslException.class);
    }

    @Test
    void anotherConversationsNonceFails() throws SaslException {
        first("n,,n=user,r=" + CLIENT_NONCE);
        assertThatThrownBy(() -> last("c=biws,r=other,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
                .isInstanceOf(SaslException.class);
    }

    @Test
    void aProofCannotBeGivenTwiceNorFirst() throws SaslException {
        String proof = LAST + "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
        assertThatThrownBy(() -> last(proof)).isInstanceOf(SaslException.class);
        first("n,,n=user,r=" + CLIENT_NONCE);
        last(proof);
        assertThatThrownBy(() -> last(proof)).isInstanceOf(SaslException.class);
    }

    @Test
    void anUnknownUserFails() {
        assertThatThrownBy(() -> first("n,,n=nobody,r=x")).isInstanceOf(SaslException.class);
    }

    @Test
    void namesMayHoldCommasAndEqualsSigns() {
        ScramConversation odd = new ScramConversation(name -> name.equals("a,b=c") ? pencil : null, () -> "n");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> odd.first("n,,n=a=2Cb=3Dc,r=x".getBytes(StandardCharsets.UTF_8))))
                .isNull();
    }

    @Test
    void credentialsDoNotPrintThemselves() {
        assertThat(pencil).hasToString("ScramCredentials");
    }

    private String first(String message) throws SaslException {
        return new String(conversation.first(message.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    private String last(String message) throws SaslException {
        return new String(conversation.last(message.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }
}
